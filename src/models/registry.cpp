#include "glasscape/models/registry.hpp"

#include <array>

#include "gaussian_mixture/sgd.hpp"
#include "gaussian_mixture/sgd_dmft.hpp"
#include "gaussian_mixture/sgd_exact.hpp"
#include "mixed_pspin/equilibrium.hpp"
#include "mixed_pspin/quench.hpp"
#include "phase_retrieval/sgd.hpp"
#include "phase_retrieval/sgd_dmft.hpp"
#include "phase_retrieval/state_evolution.hpp"
#include "phase_retrieval/thresholds.hpp"
#include "spiked_matrix_tensor/amp.hpp"
#include "spiked_matrix_tensor/averaged_gradient_descent.hpp"
#include "spiked_matrix_tensor/gradient_descent.hpp"
#include "spiked_matrix_tensor/gradient_flow.hpp"
#include "spiked_matrix_tensor/kac_rice.hpp"
#include "spiked_matrix_tensor/langevin.hpp"
#include "spiked_matrix_tensor/langevin_state_evolution.hpp"
#include "spiked_matrix_tensor/state_evolution.hpp"
#include "spiked_matrix_tensor/thresholds.hpp"

namespace glasscape {

Registry registry() {
  static const std::array entries{
      entry<spiked_matrix_tensor::StateEvolution>(),
      entry<spiked_matrix_tensor::Thresholds>(),
      entry<spiked_matrix_tensor::LangevinStateEvolution>(),
      entry<spiked_matrix_tensor::KacRice>(),
      entry<spiked_matrix_tensor::Amp>(),
      entry<spiked_matrix_tensor::AveragedGradientDescent>(),
      entry<spiked_matrix_tensor::GradientFlow>(),
      entry<spiked_matrix_tensor::Langevin>(),
      entry<spiked_matrix_tensor::GradientDescent>(),
      entry<mixed_pspin::Equilibrium>(),
      entry<mixed_pspin::Quench>(),
      entry<gaussian_mixture::SgdExact>(),
      entry<gaussian_mixture::SgdDmft>(),
      entry<gaussian_mixture::Sgd>(),
      entry<phase_retrieval::Thresholds>(),
      entry<phase_retrieval::StateEvolution>(),
      entry<phase_retrieval::SgdDmft>(),
      entry<phase_retrieval::Sgd>(),
  };
  return entries;
}

}  // namespace glasscape

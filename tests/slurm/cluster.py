"""A private SLURM cluster of one node on this machine: its own daemons, ports and folder, gone when the test is."""
import contextlib
import getpass
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

MARK = "GLASSCAPE_TEST_CLUSTER"  # in the environment of all its processes, jobs included: by this they are found
CONFIGURATION = """\
ClusterName=glasscape
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=300
KillWait=10
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class CannotRun(Exception):
    """Why SLURM does not run here."""


def program(name):
    """Where a daemon lies: not every PATH holds /usr/sbin."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise CannotRun(f"{name} is not installed")
    return path


def free_ports(count):
    """Below those that the system gives to whoever asks for any: nobody takes them before the daemons do."""
    ports = set()
    while len(ports) < count:
        port = random.randrange(10000, 30000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            ports.add(port)
    return ports


def marked_processes(mark):
    """Living processes of the cluster with this mark."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def parent(pid):
    """The parent's number; 0 where the process is gone."""
    with contextlib.suppress(OSError):
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def is_step(pid):
    """Whether this is the manager of a job step. It writes its title over its environment, and so loses the mark."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().startswith("slurmstepd")
    return False


def remove(folder):
    """Ends every process of the cluster in this folder, then removes the folder."""
    end = time.monotonic() + 20
    while (pids := marked_processes(folder)) and time.monotonic() < end:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """Daemons in the foreground, as our children. A guard, in a session of its own, removes all of it once we are gone,
    however we went: it reads from a pipe that only we hold open."""

    def __init__(self, cpus=16):
        # short, for the path of a socket must be; readable, for munged asks
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slurm", dir="/tmp"))
        self.folder.chmod(0o755)
        self.host = socket.gethostname().split(".")[0]
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH", "SRUN"))}
        self.environment = {**outside, MARK: str(self.folder), "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.daemons = {}
        self.start_guard()
        try:
            self.write_configuration(cpus)
            self.start("munged")
            self.start("slurmctld")
            self.replace_node()
        except (CannotRun, OSError, subprocess.SubprocessError) as error:
            reason = f"{error}\n{self.logs()}"
            self.close()
            raise CannotRun(reason) from error

    def start_guard(self):
        watched, self.lifeline = os.pipe()
        with open(watched, "rb") as pipe:
            self.guard = subprocess.Popen([sys.executable, "-B", __file__, str(self.folder)], stdin=pipe,
                                          start_new_session=True)

    def write_configuration(self, cpus):
        controller_port, node_port = free_ports(2)
        for name in ("munge", "state", "spool"):
            (self.folder / name).mkdir(mode=0o755)
        key = self.folder / "munge" / "key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, host=self.host, user=getpass.getuser(), controller_port=controller_port,
            node_port=node_port, cpus=cpus))
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")

    def start(self, name):
        munge = self.folder / "munge"
        arguments = {"munged": ["-F", "-S", munge / "socket", "--key-file", munge / "key", "--pid-file", munge / "pid",
                                "--log-file", munge / "log", "--seed-file", munge / "seed"],
                     "slurmctld": ["-D", "-i"], "slurmd": ["-D"]}[name]
        with open(self.folder / f"{name}.out", "ab") as out:
            self.daemons[name] = subprocess.Popen([program(name), *map(str, arguments)], env=self.environment,
                                                  stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder)
        if name == "munged":
            self.wait_for((munge / "socket").exists, "munged")

    def logs(self):
        """The last words of every daemon."""
        texts = []
        for path in sorted(self.folder.glob("*.out")) + sorted(self.folder.glob("*.log")):  # not of jobs: they come and go
            lines = path.read_text(errors="replace").splitlines()[-8:]
            texts += [f"{path.name}: {line}" for line in lines]
        texts += [f"{name}: ended with code {daemon.poll()}" for name, daemon in self.daemons.items()
                  if daemon.poll() is not None]
        return "\n".join(texts)

    def wait_for(self, condition, what, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            for name, daemon in self.daemons.items():
                if daemon.poll() is not None:
                    raise CannotRun(f"{name} ended with code {daemon.returncode}")
            if time.monotonic() > end:
                raise CannotRun(f"waited {seconds} s in vain for {what}")
            time.sleep(0.2)

    def call(self, *arguments, check=True, cwd=None, **variables):
        """What a command of SLURM prints; `variables` are added to its environment."""
        done = subprocess.run([program(arguments[0]), *map(str, arguments[1:])], timeout=60, cwd=cwd or self.folder,
                              env={**self.environment, **variables}, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise subprocess.SubprocessError(f"{' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return done.stdout.strip()

    def node_state(self):
        return self.call("sinfo", "-h", "-o", "%T", check=False)

    def crash_node(self):
        """The machine goes down: its daemon, the steps and all that the jobs had started end without a word. They are
        stopped until the controller takes the node for lost, else it would hear, or guess, how its job died."""
        self.signal_node(signal.SIGSTOP)
        self.lose_node()
        self.signal_node(signal.SIGKILL)
        self.daemons.pop("slurmd").wait()

    def signal_node(self, number):
        """The managers of steps first, so that none of them sees its step end."""
        slurmd = self.daemons["slurmd"].pid
        marked = [pid for pid in marked_processes(self.folder) if pid == slurmd or parent(pid) != os.getpid()]
        for pid in [*{pid for pid in map(parent, marked) if is_step(pid)}, *marked]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def replace_node(self):
        """A node, or the node again. A daemon that hangs before its first word, as it was seen once, is started anew."""
        for _ in range(3):
            self.start("slurmd")
            with contextlib.suppress(CannotRun):
                self.wait_for(self.node_serves, "the node")
                return
            self.daemons["slurmd"].kill()
            self.daemons.pop("slurmd").wait()
        raise CannotRun(f"the node does not come back\n{self.logs()}")

    def node_serves(self):
        if self.node_state() in {"idle", "mixed", "allocated"}:
            return True
        self.call("scontrol", "update", f"NodeName={self.host}", "State=RESUME", check=False)
        return False

    def lose_node(self):
        """What the controller does once a node has not answered for SlurmdTimeout."""
        self.call("scontrol", "update", f"NodeName={self.host}", "State=DOWN", "Reason=lost")

    def close(self):
        if self.guard.poll() is None:
            os.close(self.lifeline)
            self.guard.wait()
        for daemon in self.daemons.values():
            daemon.wait()


if __name__ == "__main__":  # the guard
    sys.stdin.buffer.read()
    remove(sys.argv[1])

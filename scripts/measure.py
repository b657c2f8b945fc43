"""`make bench`: the virtual environment first, then bench/."""

import os
import sys

import ground

if __name__ == "__main__":
    ground.ensure_environment("dev")
    os.chdir(ground.ROOT)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ground.ROOT), str(ground.ROOT / "scripts")])
    os.execv(ground.PYTHON, [str(ground.PYTHON), "-m", "bench", *sys.argv[1:]])

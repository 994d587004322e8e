"""What might be broken, tried in a process of its own.

The doctor runs this file as a script, with a probe's name; the last line of the output
is the answer as JSON.  An import that fails or crashes takes this process with it only.
Packages are imported by name, since they are what is examined.
"""

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

CASCADE = "haarcascade_frontalface_default.xml"
FRAMES = 5


def opencv() -> dict:
    """Import OpenCV and load the cascade that finds faces."""
    cv2 = import_module("cv2")
    folder = getattr(getattr(cv2, "data", None), "haarcascades", "")
    path = Path(folder) / CASCADE
    classifier = getattr(cv2, "CascadeClassifier", None)
    loads = bool(classifier and path.is_file() and not classifier(str(path)).empty())
    return {"version": cv2.__version__, "cascade": loads}


def codecs() -> dict:
    """Write and read back a short clip in H.264, as those of the corpus and of pages are."""
    av, np = import_module("av"), import_module("numpy")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "clip.mp4")
        with av.open(path, "w") as file:
            stream = file.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for number in range(FRAMES):
                picture = np.full((48, 64, 3), 40 * number, np.uint8)
                file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            file.mux(stream.encode(None))
        with av.open(path) as file:
            count = sum(1 for _ in file.decode(video=0))
    return {"version": av.__version__, "frames": count}


def torchvision() -> dict:
    """Run one of torchvision's compiled operators, which a torch of another build lacks."""
    torch = import_module("torch")
    boxes, scores = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([1.0])
    kept = import_module("torchvision.ops").nms(boxes, scores, 0.5)
    return {"works": kept.tolist() == [0], "cuda": torch.cuda.is_available()}


def kernel() -> dict:
    """Import what runs notebooks, and look up the kernel that Jupyter finds first."""
    import_module("papermill")
    import_module("ipykernel.kernelapp")
    manager = import_module("jupyter_client.kernelspec").KernelSpecManager()
    return {"executable": manager.get_kernel_spec("python3").argv[0]}


PROBES = {probe.__name__: probe for probe in (opencv, codecs, torchvision, kernel)}

if __name__ == "__main__":
    answer = PROBES[sys.argv[1]]()
    sys.stdout.write("\n" + json.dumps(answer) + "\n")

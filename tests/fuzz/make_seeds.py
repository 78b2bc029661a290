#!/usr/bin/env python3
"""Make what the fuzzers begin with: real files, as small as their kind allows.

    python3 tests/fuzz/make_seeds.py FOLDER

Writes FOLDER/READER/FILE out of the small files in tests/data, and, where there are any, thumbnails of real photos and masks (the folder
of data sets is GRADCUT_DATASETS, else ../shared/datasets beside the project). Needs NumPy and Pillow.
"""

import io
import json
import os
import pathlib
import pickle
import shutil
import struct
import sys
import tarfile

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
IMAGES = {".jpg": "jpeg", ".png": "png", ".webp": "webp", ".tif": "tiff", ".bmp": "bmp", ".heic": "heif", ".avif": "heif"}


class Seeds:
    """The folder of seeds."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def add(self, reader, name, content):
        """One file of a reader."""
        path = self.folder / reader / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def image_bytes(image, **options):
    """The picture as a file in memory."""
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


def add_images(seeds):
    """Every kind of pixels in tests/data, and what Pillow makes of a photo."""
    for path in sorted((DATA / "images").iterdir()):
        seeds.add(IMAGES[path.suffix], path.name, path.read_bytes())
        seeds.add("metadata", path.name, path.read_bytes())
    photo = Image.effect_mandelbrot((24, 16), (-2, -1, 1, 1), 30).convert("RGB")
    exif = Image.Exif()
    exif[274], exif[271] = 6, "maker"
    for orientation in (3, 6):
        exif[274] = orientation
        for kind in ("jpeg", "png", "webp"):
            seeds.add(kind, f"exif{orientation}", image_bytes(photo, format=kind, exif=exif))
            seeds.add("metadata", f"{kind}{orientation}", image_bytes(photo, format=kind, exif=exif))
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"):
        image = photo.convert("L").convert("I").convert("I;16") if mode == "I;16" else photo.convert(mode)
        for kind, modes in {"png": "1 L LA P RGB RGBA I;16", "tiff": "1 L LA P RGB RGBA I;16 CMYK", "bmp": "1 L P RGB",
                            "ppm": "1 L RGB"}.items():
            if mode not in modes.split():
                continue
            reader = "pnm" if kind == "ppm" else kind
            seeds.add(reader, f"{kind}-{mode.replace(';', '')}", image_bytes(image, format=kind))
            if kind == "png":
                seeds.add("mask_image", f"png-{mode.replace(';', '')}", image_bytes(image, format=kind))
    for compression in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg", "tiff_adobe_deflate"):
        seeds.add("tiff", compression, image_bytes(photo, format="tiff", compression=compression))
    for text in ("P1\n2 2\n0 1\n1 0\n", "P2\n# c\n2 2\n9\n0 1\n2 9\n", "P3\n1 1\n65535\n1 2 65535\n", "Pf\n1 1\n-1.0\n\0\0\0\0",
                 "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcd"):
        seeds.add("pnm", text[:2], text)
    palette = Image.fromarray((np.indices((8, 8)).sum(0) % 21).astype(np.uint8), "P")
    palette.putpalette([value for i in range(256) for value in ((i & 1) * 128, (i >> 1 & 1) * 128, (i >> 2 & 1) * 128)])
    seeds.add("mask_image", "palette", image_bytes(palette, format="png"))


def add_photos(seeds, datasets):
    """Thumbnails of real photos and masks."""
    for reader, kind, pattern in (("jpeg", "jpeg", "voc2012/JPEGImages/*.jpg"), ("webp", "webp", "unlabelled/*.jpg"),
                                  ("png", "png", "ecssd/images/*.jpg"), ("mask_image", "png", "voc2012/SegmentationClass/*.png"),
                                  ("mask_image", "png", "ecssd/masks/*.png")):
        for path in sorted(datasets.glob(pattern))[:8]:
            image = Image.open(path)
            image = image.resize((40, 30), Image.NEAREST)
            seeds.add(reader, f"{path.parent.name}-{path.stem}", image_bytes(image, format=kind))
    table = datasets / "voc2012" / "image_labels.tsv"
    if table.exists():
        seeds.add("label_table", "voc", "\n".join(table.read_text().splitlines()[:6]))


def safetensors(tensors, metadata=None):
    """A file of that form."""
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (dtype, array) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def add_tensors(seeds):
    """Arrays, dicts, pickles and weights."""
    ramp = np.linspace(0, 1, 12).reshape(3, 4)
    for dtype in ("?", "i1", "u1", "<i2", "<u2", "<i4", "<i8", "<f2", "<f4", "<f8", ">f4"):
        file = io.BytesIO()
        np.save(file, ramp.astype(dtype))
        seeds.add("npy_array", dtype.strip("<>?") + "array", file.getvalue())
        seeds.add("mask_image", "array" + dtype.strip("<>?"), file.getvalue())
    for shape in ((), (0,), (1, 3, 4), (2, 3, 2)):
        file = io.BytesIO()
        np.save(file, np.asfortranarray(np.resize(ramp, shape)))
        seeds.add("npy_array", f"shape{len(shape)}", file.getvalue())
    for path in sorted((DATA / "class_maps").glob("*.npy")):
        content = path.read_bytes()
        seeds.add("npy_array", path.name, content)
        if b"|O" in content[:128]:
            pickled = content[10 + struct.unpack("<H", content[8:10])[0]:]
            seeds.add("npy_dict", path.stem, pickled)
            seeds.add("pickle", path.stem, pickled)
    for protocol in (2, 3, 4, 5):
        value = {"a": [1, 2.5, None, True, "text", b"bytes", (1, 2, 3, 4)], "big": 1 << 90, "long": "x" * 300, 7: {}}
        seeds.add("pickle", f"protocol{protocol}", pickle.dumps(value, protocol=protocol))
    for path in sorted((DATA / "torch_save").glob("*.p*")):
        if path.suffix == ".py":
            continue
        content = path.read_bytes()
        seeds.add("torch_save", path.name, content)
        if content.startswith(b"PK"):
            seeds.add("zip", path.name, content)
            begin = content.find(b"\x80\x02")
            seeds.add("torch_pickle", path.name, content[begin:begin + 4000])
    seeds.add("safetensors", "empty", safetensors({}))
    seeds.add("safetensors", "some", safetensors({"w": ("F32", ramp.astype("<f4")), "b": ("F64", ramp[0]),
                                                  "n": ("I64", np.array(3)), "h": ("F16", ramp.astype("<f2"))}, {"format": "pt", "k": "v"}))


def add_learned(seeds):
    """What `label` and `fit` keep of what they have learned."""

    def zeros(kind, *shape):
        return kind, np.zeros(shape, {"F16": "<f2", "F32": "<f4", "F64": "<f8"}[kind])

    shapes = {"foreground": (2, 3), "features": (6, 4), "deep": (6, 2), "group.0": (2, 3), "dense.0": (2, 3), "scores": (6, 2)}
    evidence = {f"0.{part}": zeros("F16", *shape) for part, shape in shapes.items()}
    fields = {"format": "gradcut-label-evidence-1", "origin": "origin", "networks": "1", "present": "1", "0.scores_rows": "2", "0.microseconds": "7"}
    seeds.add("label_evidence", "one", safetensors(evidence, fields))
    model = {"0.classes": zeros("F64", 2, 5)}
    for fold in range(5):
        for name, shape in (("head", (4, 2)), ("net", (3, 3)), ("hidden", (4, 3))):
            prefix = f"0.net.{fold}.hidden_" if name == "hidden" else f"0.{name}.{fold}."
            model[prefix + "weights"], model[prefix + "bias"] = zeros("F32", *shape), zeros("F32", 1, shape[1])
    fields = {"format": "gradcut-label-model-2", "origin": "origin", "networks": "1", "nets": "1"}
    seeds.add("label_model", "nets", safetensors(model, fields))
    heads = {name: tensor for name, tensor in model.items() if ".net." not in name}
    seeds.add("label_model", "heads", safetensors(heads, {**fields, "nets": "0"}))
    seeds.add("linear_head", "head", safetensors({"weights": zeros("F32", 2, 3), "bias": zeros("F32", 2)},
                                                 {"format": "gradcut-head-1", "architecture": "x", "size": "224", "classes": '["a", "b"]'}))


def tar_bytes(entries, form=tarfile.GNU_FORMAT):
    """An archive of (name, bytes or fields of its TarInfo)."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
            else:
                for field, value in content.items():
                    setattr(info, field, value)
                tar.addfile(info)
    content = file.getvalue().rstrip(b"\0")
    return content + bytes(-len(content) % 512 + 1024)


def add_inputs(seeds):
    """Archives and lists of photos."""
    photo = b"P5 1 1 255\n\7"
    for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        seeds.add("tar", name, tar_bytes([("a.pgm", photo), ("sub/b.pgm", photo), ("sub", {"type": tarfile.DIRTYPE}), ("c.txt", b"x")], form))
    seeds.add("tar", "long", tar_bytes([("d/" * 60 + "a.pgm", photo), ("b.pgm", photo)]))
    seeds.add("tar", "pax-long", tar_bytes([("d/" * 140 + "a\u00e4.pgm", photo)], tarfile.PAX_FORMAT))
    seeds.add("tar", "odd", tar_bytes([("../a.pgm", photo), ("/b.pgm", photo), ("a.pgm", photo), ("./a.pgm", photo),
                                       ("l.pgm", {"type": tarfile.SYMTYPE, "linkname": "a.pgm"}),
                                       ("h.pgm", {"type": tarfile.LNKTYPE, "linkname": "a.pgm"}), ("p.pgm", {"type": tarfile.FIFOTYPE})]))
    sparse = tar_bytes([("s.pgm", {"type": tarfile.AREGTYPE, "pax_headers": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                                                                              "GNU.sparse.name": "s.pgm", "GNU.sparse.realsize": "2048"}})],
                       tarfile.PAX_FORMAT)
    seeds.add("tar", "sparse", sparse)
    seeds.add("path_list", "list", "a.jpg\nsub/b.jpg\n/tmp/c d.png\n../e.jpg\n\nf.heic\nf.jpg\nshard.tar\n")
    seeds.add("path_list", "places", "x/a.jpg\tone/a.jpg\nx/b.jpg\ttwo/../b.jpg\n")
    seeds.add("path_list", "utf16", "a\u00e4.jpg\n".encode("utf-16"))


def add_tables(seeds):
    """Tables, recipes, runs, flow networks."""
    seeds.add("class_map", "map", "dog\t151-268\nbird\t7-24, 80 81\n# c\ncat\t281 282-285\n")
    seeds.add("label_table", "table", "2008_000008\tdog\tcat\nsub/a.png\t\na b.jpg\tdining table,tv\n")
    seeds.add("label_table", "spaces", "2008_000008 dog dining table\n\xef\xbb\xbfa\ttv\n")
    seeds.add("recipe", "recipe", 'preset = "fast"\nclass = ["dog", 3]\nseed = 7\n[seeds]\nforeground_quantile = 0.9\nhard = true\n'
              '[mask]\nsmooth = "1%"\n[graphcut]\nsolver = "boost"\nlambda = 12.5\n\n---\n'
              '{"recipe": {"seeds": {"strength": 2}, "cut": {"outline": false}}, "version": 1}')
    entry = {"path": "in/a.jpg", "output": "a.png", "files": ["a.png", "../b"], "status": "ok", "width": 4, "height": 3, "area": 0.5,
             "classes": [{"index": 3, "name": "dog", "score": 1.5, "area": 0}], "confidence": 0.3, "milliseconds": {"cut": 2}, "note": "n"}
    run = {"version": "0.1.0", "recipe": {"seeds": {}}, "folder": "/tmp", "made_by": {"command": "mask", "architecture": "x", "device": "cpu"}}
    lines = "\n".join(json.dumps(e) for e in (entry, {"path": "b", "status": "failed", "error": "e"}, entry))
    told = [{**entry, "order": [0, i, f"{name}.jpg"], "path": f"in/{name}.jpg", "output": f"{name}.png", "files": [f"{name}.png"]}
            for i, name in enumerate("abc")]
    seeds.add("merged_runs", "shards", "\n---\n".join("\n".join(json.dumps(e) for e in part) for part in (told[:2], told[1:])))
    seeds.add("merged_runs", "runs", lines.replace(', "../b"', "") + "\n---\n" + lines)
    seeds.add("run_folder", "run", json.dumps(run) + "\n---\n" + lines + '\n{"path": "half')
    seeds.add("dimacs", "network", "c grid 1 2\nc constant 5\np max 4 6\nn 1 s\nn 2 t\na 1 3 7\na 4 2 9\na 3 4 2\na 4 3 2\n")
    for text in ("dog", "281-285", "2-5 7", "bird", "n01440764,7, tv", "great white shark, white shark, man-eater"):
        seeds.add("class_flag", text[:7].strip(), text)
    for text in ("0/1", "3/8", "18446744073709551615/1"):
        seeds.add("shard_flag", text.replace("/", "of"), text)
    for text in ("graphcut.lambda=1:10:0.5", "seeds.hard=true,false", "graphcut.solver=grid,boost", "seeds.strength=1e2,3"):
        seeds.add("sweep_flag", text.split("=")[0], text)


def add_annotations(seeds):
    """COCO, VOC, YOLO, hints, run lengths and polygons."""
    for path in sorted((DATA / "instances").glob("*.json")):
        seeds.add("coco_instances", path.name, path.read_bytes())
    small = {"images": [{"id": 1, "file_name": "a.jpg", "width": 6, "height": 4}], "categories": [{"id": 3, "name": "dog"}],
             "annotations": [{"id": 5, "image_id": 1, "category_id": 3, "iscrowd": 0, "bbox": [1, 1, 3, 2], "area": 6,
                              "segmentation": [[1, 1, 4, 1, 4, 3, 1, 3]]},
                             {"id": 6, "image_id": 1, "category_id": 3, "iscrowd": 1, "bbox": [0, 0, 1, 1],
                              "segmentation": {"size": [4, 6], "counts": [3, 5, 16]}},
                             {"id": 7, "image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1], "score": 0.5,
                              "segmentation": {"size": [4, 6], "counts": "35a0"}}]}
    seeds.add("coco_instances", "small", json.dumps(small))
    seeds.add("coco_instances", "results", json.dumps(small["annotations"]))
    small["images"][0].update(width=64, height=48)
    seeds.add("coco_boxes", "small", json.dumps(small))
    lines = [{"path": "a.jpg", "width": 64, "height": 48,
              "boxes": [{"id": 7, "x": 3, "y": 4, "width": 50, "height": 20, "class": "dog"}],
              "points": [{"x": 10, "y": 9, "object": True, "class": "dog", "box": 7}],
              "strokes": [{"points": [[10, 9], [12, 9]], "radius": 4, "object": False}], "fill_holes": True, "keep_largest": 1},
             {"path": "a.jpg", "clear": True}, {"path": "photos/a.jpg", "points": [{"x": 1, "y": 2, "object": False}]}]
    seeds.add("hint_lines", "lines", "\n".join(json.dumps(line) for line in lines))
    seeds.add("hint_log", "lines", "\n".join(json.dumps(line) for line in lines) + "\n")
    seeds.add("hint_log", "half", json.dumps(lines[0]) + "\n" + json.dumps(lines[1])[:9])
    seeds.add("hint_lines", "line", json.dumps(lines[0]))
    seeds.add("voc_boxes", "a.xml", "<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height><depth>3</depth></size>"
              "<object><name>dog</name><difficult>0</difficult><bndbox><xmin>3</xmin><ymin>4</ymin><xmax>20</xmax><ymax>30</ymax></bndbox>"
              "<part><name>head</name></part></object></annotation>")
    seeds.add("yolo_boxes", "boxes", "0 0.5 0.5 0.25 0.5\n1 0.5 0.5 0.1 0.1 0.9\n")
    seeds.add("yolo_boxes", "polygon", "1 0.1 0.1 0.9 0.1 0.9 0.9 0.1 0.9\n")
    seeds.add("yolo_names", "list", "names: [dog, 'cat']\nnc: 2\n")
    seeds.add("yolo_names", "map", "path: ../x\nnames:\n  0: dog\n  1: &a cat\n  2: *a\n")
    seeds.add("run_lengths", "runs", b"\x04\x06" + b"35a0")
    seeds.add("run_lengths", "empty", b"\x00\x00")
    seeds.add("polygon", "square", b"\x30\x40" + struct.pack("<8f", 1, 1, 40.5, 1, 40.5, 30, 1, 30))
    seeds.add("polygon", "far", b"\x30\x40" + struct.pack("<6f", -1e6, 1, 1e6, 1, 3, 1e7))


def add_requests(seeds):
    """Requests of the page of `gradcut edit`, and of strangers."""
    host = "Host: 127.0.0.1:@PORT@\r\n"
    key = host + "X-Gradcut-Key: @KEY@\r\n"
    for path in ("run", "thumb/0", "photo/0", "heat/0", "mask/0", "prefetch/7"):
        seeds.add("edit_request", "get-" + path.replace("/", ""), f"GET /api/{path} HTTP/1.1\r\n{key}\r\n")
    stroke, box = '{"points": [[3, 4], [5, 4]], "radius": 2, "object": true}', '{"x": 3, "y": 4, "width": 20, "height": 10, "class": "dog"}'
    for what, body in (("stroke", stroke), ("box", box), ("clear", ""), ("fill", "{}"), ("largest", "{}"), ("undo", ""), ("redo", ""),
                       ("review", '{"review": "seen"}')):
        head = f"POST /api/{what}/0 HTTP/1.1\r\n{key}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        seeds.add("edit_request", "post-" + what, head + body)
    seeds.add("edit_request", "page", f"GET / HTTP/1.1\r\n{host}\r\n")
    seeds.add("edit_request", "query", f"GET /api/thumb/0?key=@KEY@&a=%41 HTTP/1.0\r\n{host}Origin: http://127.0.0.1:@PORT@\r\n\r\n")
    seeds.add("edit_request", "stranger", f"POST /api/clear/0 HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n")
    seeds.add("edit_request", "form", f"POST /api/fill/0 HTTP/1.1\r\n{key}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 60\r\n"
              "\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n")


def main():
    """Write all of them."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    seeds = Seeds(sys.argv[1])
    shutil.rmtree(seeds.folder, ignore_errors=True)
    add_images(seeds)
    add_tensors(seeds)
    add_learned(seeds)
    add_inputs(seeds)
    add_tables(seeds)
    add_annotations(seeds)
    add_requests(seeds)
    datasets = pathlib.Path(os.environ.get("GRADCUT_DATASETS", ROOT.parent / "shared" / "datasets"))
    if datasets.is_dir():
        add_photos(seeds, datasets)
    print(sum(path.is_file() for path in seeds.folder.rglob("*")), "files in", seeds.folder)


if __name__ == "__main__":
    main()

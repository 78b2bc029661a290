#!/usr/bin/env python3
"""Write the software bill of materials of a build: SPDX 2.3 as JSON.

    python3 src/cmake/sbom.py SOURCE_FOLDER VERSION COMMIT OUTPUT

Packages: gradcut itself; those of Debian or Ubuntu that data/setup.sh names, with their libraries, in the versions that are installed;
the wheels of data/wheels.txt, with their checksums. Files: weights and heads, with theirs. The same build has the same bytes.
"""

import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys

TOOLS = {"cmake", "ninja-build", "python3", "python3-pip", "ca-certificates", "pkg-config"}


def output_of(*command):
    """What a command prints; "" where it fails or is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""


def identifier(text):
    """As SPDX wants them."""
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def package(name, version, **fields):
    """One entry; what nobody has looked up is said to be unknown."""
    return {"SPDXID": identifier(f"Package-{name}"), "name": name, "versionInfo": version, "filesAnalyzed": False,
            "downloadLocation": "NOASSERTION", "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION", **fields}


def system_packages(root):
    """Those that setup.sh installs for a build, and the shared libraries that each stands for."""
    text = (root / "data" / "setup.sh").read_text()
    names = re.search(r"^packages=\((.*?)^\)", text, re.S | re.M)[1].split()
    wanted = [name for name in names if name not in TOOLS]
    for line in output_of("dpkg-query", "-W", "-f=${Package}\t${Depends}\n", *wanted).splitlines():
        wanted += [found[1] for found in re.finditer(r"(lib[a-z0-9.+-]+?)(?: \(= [^)]*\))(?:,|$)", line)]
    found = {}
    for line in output_of("dpkg-query", "-W", "-f=${Package}\t${Version}\t${source:Package}\t${Homepage}\n", *sorted(set(wanted))).splitlines():
        name, version, source, home = line.split("\t")
        found[name] = package(name, version, downloadLocation=home or "NOASSERTION",
                              comment=f"source package {source}; licence: /usr/share/doc/{name}/copyright",
                              externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                             "referenceLocator": f"pkg:deb/debian/{name}@{version}"}])
    return [found[name] for name in sorted(found)]


def wheels(root):
    """What setup.sh fetches from the Python package index and a user gets."""
    for name, version, digest in re.findall(r"^([a-z0-9_-]+)==([0-9.]+) --hash=sha256:([0-9a-f]+)$",
                                            (root / "data" / "wheels.txt").read_text(), re.M):
        yield package(name, version, downloadLocation=f"https://pypi.org/project/{name}/{version}/",
                      checksums=[{"algorithm": "SHA256", "checksumValue": digest}],
                      externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                     "referenceLocator": f"pkg:pypi/{name}@{version}"}])


def files(root):
    """Weights, by the list of their checksums, and heads."""
    digests = {}
    for line in (root / "data" / "models.sha256").read_text().splitlines():
        digest, name = line.split()
        digests[f"./share/gradcut/models/{name}"] = digest
    for head in sorted((root / "data" / "objectness").glob("*.safetensors")):
        digests[f"./share/gradcut/models/objectness/{head.name}"] = hashlib.sha256(head.read_bytes()).hexdigest()
    for name, digest in sorted(digests.items()):
        yield {"SPDXID": identifier(f"File{name[1:]}"), "fileName": name, "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
               "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}


def main():
    """Write it."""
    root, version, commit, output = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])
    own = package("gradcut", f"{version} ({commit})" if commit else version, licenseConcluded="MIT", licenseDeclared="MIT")
    parts, contained = [*system_packages(root), *wheels(root)], list(files(root))
    # The time of the commit, not of the build.
    seconds = output_of("git", "-C", str(root), "log", "-1", "--format=%ct").strip() or "0"
    created = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    relations += [(own["SPDXID"], "DEPENDS_ON", part["SPDXID"]) for part in parts]
    relations += [(own["SPDXID"], "CONTAINS", file["SPDXID"]) for file in contained]
    document = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"gradcut-{version}",
                "documentNamespace": f"https://spdx.org/spdxdocs/gradcut-{version}-{commit or 'unknown'}",
                "creationInfo": {"created": created, "creators": ["Tool: gradcut sbom.py"]}, "packages": [own, *parts], "files": contained,
                "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in relations]}
    output.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# Masks by boxes, clicks and strokes of a simulated user, beside what others make of the same hints.
#
#   bash eval/hints/measure.sh ECSSD VOC DIR
#
# ECSSD is a folder with images/ and masks/, VOC a PASCAL VOC 2012 devkit with image_labels.tsv; rows and tables go to DIR. Needs
# build/release with -DGRADCUT_BUILD_BENCHMARKS=ON, and python3 with requirements.txt (PYTHON names another). gradcut's rows take about
# 40 minutes on two cores, those of the others (on every tenth photo for clicks, every sixth for boxes) an hour.
set -euo pipefail

(($# == 3)) || { echo "usage: bash eval/hints/measure.sh ECSSD VOC DIR" >&2 && exit 2; }
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/eval/hints simulate=$root/build/release/simulate_hints gradcut=$root/build/release/gradcut python=${PYTHON:-python3}
ecssd=$(realpath -- "$1") voc=$(realpath -- "$2")
mkdir -p "$3"
cd -- "$3"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

list() { # of both sets: photo and mask a line
    basename -a -s .jpg "$ecssd"/images/*.jpg | sed "s#.*#$ecssd/images/&.jpg $ecssd/masks/&.png#"
    sed "s#.*#$voc/JPEGImages/&.jpg $voc/SegmentationClass/&.png#" "$voc/ImageSets/Segmentation/train.txt"
}
list >all.txt
# 150 + 150 photos: every other one of ECSSD, every fourth of VOC.
awk '/images/ && n++ % 2 == 0 || /JPEGImages/ && m++ % 4 == 0' all.txt | awk '/images/ || /JPEGImages/ && n++ < 150' >clicks.txt
awk 'NR % 10 == 0' clicks.txt >clicks_of_peers.txt
awk 'NR % 6 == 0' all.txt >boxes_of_peers.txt

run() { # FILE COMMAND...: the rows, once
    local file=$1
    shift
    [[ -e $file ]] || { "$@" >"$file.partial" && mv "$file.partial" "$file"; }
    for set in images JPEGImages; do
        grep "/$set/" "$file" | awk -v name="$file ${set/#images/ECSSD}" '
            { for (i = 2; i <= NF; ++i) sum[i] += $i; n = NF }
            END { printf "%s %d:", name, NR; for (i = 2; i <= n; ++i) printf " %.3f", sum[i] / NR; print "" }'
    done
}
for preset in fast best; do
    for task in clicks strokes correct; do run "$task.$preset" "$simulate" "$task" gradcut clicks.txt "$preset"; done
    run "boxes.$preset" "$simulate" boxes gradcut all.txt "$preset"
done
run boxes.peers.gradcut "$simulate" boxes gradcut boxes_of_peers.txt best
run boxes.peers.grabcut "$simulate" boxes grabcut boxes_of_peers.txt
run clicks.peers.gradcut "$simulate" clicks gradcut clicks_of_peers.txt best
run clicks.peers.grabcut "$simulate" clicks grabcut clicks_of_peers.txt
run clicks.peers.random_walker "$python" "$here/random_walker.py" clicks_of_peers.txt

# Pseudo-labels from boxes.
[[ -e boxes.jsonl ]] || "$python" "$here/voc_boxes.py" hints "$voc" train >boxes.jsonl
"$gradcut" label "$voc" --labels "$voc/image_labels.tsv" --hints boxes.jsonl --confident 0 --unsure 0 --rounds 1 -o labels -q
for other in rectangles grabcut; do [[ -e $other ]] || "$python" "$here/voc_boxes.py" $other "$voc" train $other; done
for split in train train2007; do
    for labels in labels rectangles grabcut; do
        echo "$labels $split: $("$gradcut" eval $labels "$voc" --protocol voc --split $split 2>/dev/null | grep '^miou')"
    done
done

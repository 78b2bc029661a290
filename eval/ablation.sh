#!/usr/bin/env bash
# ablation.sh ECSSD VOC [OUT]: what each term of presets `fast` and `best` does. Cuts both development sets with one term changed at
# a time and compares with the preset itself: mean IoU, paired difference with its 95 % interval, and what a photo costs. Folders that
# are there are not cut again. JOBS (1) and GRADCUT (build/release/gradcut) are taken from the environment.
set -euo pipefail

ecssd=$(realpath -- "$1")
voc=$(realpath -- "$2")
out=${3:-build/eval/ablation}
gradcut=${GRADCUT:-build/release/gradcut}
mkdir -p "$out"
sed "s#.*#$voc/JPEGImages/&.jpg#" "$voc/ImageSets/Segmentation/train.txt" >"$out/voc.txt"

# cut NAME FLAGS...: the masks of both sets, and the processor time they took.
cut() {
    local name=$1
    shift
    if [ -e "$out/$name/seconds" ]; then return; fi
    for photos in "$ecssd/images" "@$out/voc.txt"; do
        /usr/bin/time -a -o "$out/$name.seconds" -f "%U %S" "$gradcut" mask "$photos" -o "$out/$name/$(basename "$photos")" \
            --jobs "${JOBS:-1}" --quiet "$@"
    done
    mv "$out/$name.seconds" "$out/$name/seconds"
}

# difference NAME OTHER: both sets' mean IoU, that of OTHER, the paired difference, its interval, images better, worse and tied.
difference() {
    "$gradcut" eval "$out/$1/images" "$ecssd/masks" --measures region --against "$out/$2/images" | grep '^iou' | sed 's/^/  ECSSD /'
    "$gradcut" eval "$out/$1/voc.txt" "$voc" --split train --measures region --against "$out/$2/voc.txt" | grep '^iou' | sed 's/^/  VOC   /'
}

# row PRESET NAME FLAGS...: one changed term against the preset.
row() {
    local preset=$1 name=$2
    shift 2
    cut "$name" --preset "$preset" "$@"
    echo "$name: --preset $preset $*"
    awk -v photos="$(($(wc -l <"$out/voc.txt") + $(find -L "$ecssd/images" -type f | wc -l)))" \
        '{seconds += $1 + $2} END {printf "  %.1f ms of processor time a photo\n", 1000 * seconds / photos}' "$out/$name/seconds"
    difference "$name" "$preset"
}

row fast fast
row fast "heat map alone" --objectness none --location.features 0 --location.diffusion 0 --location.threshold 0.44
row fast "heat map and feature model" --objectness none
row fast "without heat map" --location.saliency 0
row fast "without feature model" --location.features 0
row fast "without border" --location.border 0
row fast "without head" --objectness none --location.threshold 0.5
row fast "448 added" --segment.more_scales 448
row fast "without diffusion" --location.diffusion 0 --location.threshold 0.44
row fast "without feature model and diffusion" --location.features 0 --location.diffusion 0 --location.threshold 0.44
row fast "without colour" --colour.weight 0
row fast "without smoothness" --graphcut.smoothness 0
row fast "one round" --segment.rounds 1
row fast "without local colours" --colour.local 0
row fast "without outline" --segment.outline false
row fast "best class alone" --saliency.top_classes 1
row fast "pixel gradient added" --saliency.input_gradient 1
row fast "LayerCAM added" --saliency.layer_cam 1
row fast "hard seeds" --seeds.hard true
row best best
row fast "mirror added" --saliency.mirror true
row fast "0.5 megapixels" --segment.max_megapixels 0.5
row fast "second look added" --segment.second_look true
row fast "Lite1" --model efficientnet-lite1
row fast "Lite2" --model efficientnet-lite2
row best "best without second look" --segment.second_look false
row best "best without 448" --segment.more_scales ""
row best "best at 320, 448 and 576" --segment.more_scales 448,576
row best "best at 0.05 megapixels" --segment.max_megapixels 0.05
row best "best with Lite1" --model efficientnet-lite1
row best "best with Lite2" --model efficientnet-lite2

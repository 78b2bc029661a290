#!/usr/bin/env bash
# Remakes the default objectness heads from photos alone; no mask of a person is read.
#
#   bash eval/heads.sh ECSSD VOC POOL DIR [SEED]
#
# ECSSD is a folder with images/, VOC a PASCAL VOC 2012 devkit (the photos of its list `train`), POOL a folder of photos without labels,
# DIR where the heads go, efficientnet-lite0, 1 and 2. Safe to interrupt and to run again: what is there is kept. ONLY=ecssd or ONLY=voc
# learns from that set's photos alone.
set -euo pipefail

(($# == 4 || $# == 5)) || { echo "usage: bash eval/heads.sh ECSSD VOC POOL DIR [SEED]" >&2 && exit 2; }
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
gradcut=${GRADCUT:-$root/build/release/gradcut}
ecssd=$(realpath -- "$1") voc=$(realpath -- "$2") pool=$(realpath -- "$3")
seed=${5:-0}
mkdir -p "$4/steps"
cd -- "$4"
sed "s#.*#$voc/JPEGImages/&.jpg#" "$voc/ImageSets/Segmentation/train.txt" >steps/voc.txt
case ${ONLY:-all} in
    all) photos=("$ecssd/images" @steps/voc.txt "$pool") ;;
    ecssd) photos=("$ecssd/images") ;;
    voc) photos=(@steps/voc.txt) ;;
    *) echo "ONLY=$ONLY: expected ecssd or voc" >&2 && exit 2 ;;
esac

# learn HEAD MODEL FLAGS...
learn() {
    local head=$1 model=$2
    shift 2
    [[ -e $head ]] || "$gradcut" adapt "${photos[@]}" -o "$head" --model "$model" --seed "$seed" "$@"
}

# From nothing: three rounds of `fast`, one of `best`. The head counts for half of what it does in the presets while it is poor.
learn steps/fast.safetensors efficientnet-lite0 --preset fast --objectness none --location.objectness 2 --rounds 3
learn steps/best.safetensors efficientnet-lite0 --preset best --objectness steps/fast.safetensors --location.objectness 2
# The masks of `best` with that head teach all three.
"$gradcut" mask "${photos[@]}" -o steps/masks --preset best --objectness steps/best.safetensors
for model in efficientnet-lite0 efficientnet-lite1 efficientnet-lite2; do
    learn "$model.safetensors" "$model" --masks steps/masks
done
sha256sum -- *.safetensors

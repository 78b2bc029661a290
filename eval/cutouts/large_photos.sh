#!/usr/bin/env bash
# Twenty photos of 4 to 20 megapixels with something in front of something else, out of Debian's packages of wallpapers.
#     large_photos.sh DIR
# Free licences, named in each package's /usr/share/doc/PACKAGE/copyright. Nothing is installed.
set -euo pipefail

to=$(mkdir -p -- "${1:?usage: large_photos.sh DIR}" && cd -- "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
apt-get download -q lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 mate-backgrounds plasma-workspace-wallpapers
for package in *.deb; do dpkg-deb -x "$package" all; done

# take NAME PATH: the one file whose path ends so
take() {
    local found
    found=$(find all -type f -path "*/$2" | head -n 1)
    [ -n "$found" ] || { echo "large_photos.sh: no $2 in the packages" >&2; exit 1; }
    cp -- "$found" "$to/$1.${2##*.}"
}
take leaves "Dragonfly_by_Bolly.jpg"
take nuthatch "Kleiber_by_Lukas_Baubkus.jpg"
take fig "Picture_0B_by_freespace.jpg"
take wine "Wine_by_Jakkub_Mede.jpg"
take lamp "free_by_Peter_Nerlich.jpg"
take dog "friends_by_Aitzol_Berasategi.jpg"
take clock "greentock_by_Peter_Nerlich.jpg"
take drop "Aqua.jpg"
take tagetes "Garden.jpg"
take ladybird "LadyBird.jpg"
take grass "RainDrops.jpg"
take seed "TwoWings.jpg"
take daisy "YellowFlower.jpg"
take dandelion "seeding_by_Clements_Engelhardt.jpg"
take pier "ColdRipple/contents/images/2560x1600.jpg"
take boats "EveningGlow/contents/images/2560x1600.jpg"
take maple "FallenLeaf/contents/images/2560x1600.jpg"
take kite "Kite/contents/images/2560x1600.jpg"
take moss "OneStandsOut/contents/images/2560x1600.jpg"
take bridge "Bridge_by_Sander_Klootwijk.jpg"
echo "$(find "$to" -type f | wc -l) photos in $to"

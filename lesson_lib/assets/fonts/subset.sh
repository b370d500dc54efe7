#!/bin/sh
# Makes the two fonts of this folder from the full DejaVu fonts (Debian: fonts-dejavu-core).
# Needs pyftsubset (pip install fonttools). Usage: sh subset.sh [folder of the full fonts]
set -eu
from=${1:-/usr/share/fonts/truetype/dejavu}
here=$(dirname "$0")

latin=U+0020-007E,U+00A0-024F,U+0259,U+02BB-02BC,U+02C6-02DD,U+1E00-1EFF
greek=U+0370-03FF
cyrillic=U+0400-052F
punctuation=U+2009,U+2010-2015,U+2018-201A,U+201C-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032-2033
raised_and_lowered=U+2070-2071,U+2074-208E,U+2090-209C
arrows=U+2190-2199,U+21D0-21D5
maths=U+2113,U+211D,U+2200-2203,U+2205-220B,U+220F,U+2211-2212,U+2215,U+2217-221A,U+221D-221E,U+2225,U+2227-222B,U+2248,U+2260-2261,U+2264-2265,U+226A-226B,U+2295,U+2297,U+22C5,U+22EE-22EF
signs=U+20AC,U+25A0-25A1,U+25CB,U+25CF,U+2713,U+2717

for font in DejaVuSans DejaVuSans-Bold; do
    pyftsubset "$from/$font.ttf" --output-file="$here/$font.ttf" \
        --unicodes="$latin,$greek,$cyrillic,$punctuation,$raised_and_lowered,$arrows,$maths,$signs" \
        --notdef-outline --layout-features=kern --legacy-kern --no-hinting --drop-tables+=GSUB,GDEF,FFTM \
        --name-IDs=0,1,2,3,4,5,6,13,14
done

#!/usr/bin/env bash
# Makes the recorded utterances: headerless G.711 mu-law, 8 kHz, mono, and their index.json.
# Not part of a build or a test run: the files are committed. Needs espeak-ng 1.51, sox 14.4 and node.
#
# Voices: `a` is espeak-ng's en-us+m3 at 165 words a minute, `b` is en-gb+f3 at 155. A `|` is an inner pause: the
# parts are spoken apart and joined by so many ms of silence. Commas are not spoken, so that nothing else pauses for
# longer than an endpointer waits. Each file starts and ends without silence.
set -euo pipefail
cd "$(dirname "$0")"
out=utterances
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f "$out"/*.ulaw
: > "$work/list"

speak() { # voice, text, wav
  local spoken=${2//,/}
  case $1 in
    a) espeak-ng -v en-us+m3 -s 165 -w "$work/raw.wav" -- "$spoken" ;;
    b) espeak-ng -v en-gb+f3 -s 155 -w "$work/raw.wav" -- "$spoken" ;;
  esac
  # 8 kHz, peak at -6 dB, silence cut off both ends at 0.5 % of full scale.
  sox -D "$work/raw.wav" -r 8000 -c 1 -b 16 "$3" norm -6 silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse
}

utterance() { # id, voice, text, pause in ms where the text has a |
  local id=$1 voice=$2 text=$3 pause=${4:-0}
  if [[ $text == *'|'* ]]; then
    local first=${text%%|*} second=${text#*|}
    speak "$voice" "$first" "$work/1.wav"
    speak "$voice" "$second" "$work/2.wav"
    sox -D -n -r 8000 -c 1 -b 16 "$work/pause.wav" trim 0 "$(node -p "$pause/1000")"
    sox -D "$work/1.wav" "$work/pause.wav" "$work/2.wav" "$work/all.wav"
    local firstMs=$(node -p "Math.round($(soxi -s "$work/1.wav")/8)")
    sox -D "$work/all.wav" -t ul -r 8000 -c 1 "$out/$id.ulaw"
    printf '%s\t%s\t%s\t%s\n' "$id" "$text" "$firstMs" "$pause" >> "$work/list"
  else
    speak "$voice" "$text" "$work/1.wav"
    sox -D "$work/1.wav" -t ul -r 8000 -c 1 "$out/$id.ulaw"
    printf '%s\t%s\n' "$id" "$text" >> "$work/list"
  fi
}

utterance hello            a 'Hello.'
utterance hi-there         b 'Hi there, can you hear me?'
utterance good-morning     a 'Good morning, who am I speaking with?'
utterance opening-hours    a 'What are your opening hours today?'
utterance how-much         b 'How much does it cost?'
utterance where-located    a 'Where are you located?'
utterance speak-to-person  b 'Can I speak to a person, please?'
utterance tell-me-more     a 'Tell me more about your services.'
utterance yes              a 'Yes.'
utterance yes-please       b 'Yes, please.'
utterance no               b 'No.'
utterance no-thanks        a 'No, thank you.'
utterance that-is-correct  a 'That is correct.'
utterance phone-number     a 'My number is five five five, zero one four two.'
utterance book-table       a 'I would like to book a table for two.'
utterance tomorrow-seven   b 'Tomorrow at seven in the evening.'
utterance move-appointment b 'Can you move my appointment to Friday?'
utterance cancel-booking   a 'Please cancel my booking.'
utterance my-name          b 'My name is Alex Morgan.'
utterance wait-actually    a 'Wait, actually, make it three people.'
utterance stop             a 'Stop!'
utterance thanks-bye       b 'Thank you very much, goodbye.'
utterance goodbye          a 'Goodbye.'
utterance uh-huh           a 'Uh huh.'
utterance hesitate-change  a 'I would like to|change my reservation.' 700
utterance hesitate-order   b 'My order number is|four two seven nine.' 850

# A cough: two short bursts of noise. Its text is empty, as a recogniser hears no words in it.
sox -R -D -n -r 8000 -c 1 -b 16 "$work/c1.wav" synth 0.13 brownnoise fade h 0.01 0.13 0.08 norm -8
sox -R -D -n -r 8000 -c 1 -b 16 "$work/c2.wav" synth 0.21 pinknoise fade h 0.01 0.21 0.15 norm -10
sox -D "$work/c1.wav" "$work/c2.wav" -t ul -r 8000 -c 1 "$out/cough.ulaw"
printf 'cough\t\n' >> "$work/list"

node -e '
const { readFileSync, statSync, writeFileSync } = require("node:fs")
const [list, out] = process.argv.slice(1)
const entries = readFileSync(list, "utf8").split("\n").filter(Boolean).map((line) => {
  const [id, text, firstMs, pauseMs] = line.split("\t")
  const file = `${id}.ulaw`
  const durationMs = Math.round(statSync(`${out}/${file}`).size / 8)
  const entry = { id, text: text.replace("|", " "), file, durationMs }
  if (!firstMs) return entry
  const [first, second] = text.split("|")
  const segments = [
    { text: first, startMs: 0, endMs: Number(firstMs) },
    { text: second, startMs: Number(firstMs) + Number(pauseMs), endMs: durationMs },
  ]
  return { ...entry, segments }
})
writeFileSync(`${out}/index.json`, `[\n${entries.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n")}\n]\n`)
' "$work/list" "$out"

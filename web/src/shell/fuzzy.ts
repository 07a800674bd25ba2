/** How well a query's letters, in order, fit a text: higher is better, null is not at all; and which letters matched. */
export function fuzzyMatch(query: string, words: string): { score: number; places: number[] } | null {
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  const given = words.toLowerCase();
  const whole = given.indexOf(wanted);
  const places: number[] = [];
  let score = 0;
  // Letters that stand together are surely what was meant; scattered ones are looked for from the start.
  let from = Math.max(0, whole);
  for (const letter of wanted) {
    const place = given.indexOf(letter, from);
    if (place < 0) return null;
    const previous = places[places.length - 1];
    if (previous !== undefined && place === previous + 1) score += 5;
    if (place === 0 || /[\s/_.:-]/.test(given[place - 1]!)) score += 8;
    score -= Math.min(3, place - from) + (places.length === 0 ? Math.min(3, place) : 0);
    places.push(place);
    from = place + 1;
  }
  return { score: score - words.length / 100, places };
}

/** The text with its matched letters in <mark>. */
export function markPlaces(words: string, places: number[]): (Node | string)[] {
  const set = new Set(places);
  return [...words].map((letter, i) => {
    if (!set.has(i)) return letter;
    const mark = document.createElement("mark");
    mark.textContent = letter;
    return mark;
  });
}

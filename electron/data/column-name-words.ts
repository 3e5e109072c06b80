/** Names of columns that say what they hold, in English, German, French, Spanish and Italian. Whole words only. */
import type { DetectorName } from '../../shared/domain/classification.ts';

/** Words as `wordsOf` gives them: lower case, without accents; several words stand in this order. */
const phrases: Readonly<Partial<Record<DetectorName, readonly string[]>>> = {
  name: [
    'first name', 'firstname', 'last name', 'lastname', 'surname', 'full name', 'fullname', 'given name', 'family name', 'middle name', 'maiden name', 'patient name', 'customer name', 'employee name',
    'vorname', 'nachname', 'familienname', 'geburtsname', 'prenom', 'nom de famille', 'nombre completo', 'primer nombre', 'apellido', 'apellidos', 'cognome', 'nome e cognome',
  ],
  'birth-date': [
    'birth date', 'birthdate', 'date of birth', 'dob', 'birthday', 'birth year', 'year of birth', 'geburtsdatum', 'geburtstag', 'geburtsjahr', 'date de naissance', 'date naissance', 'annee de naissance',
    'fecha de nacimiento', 'fecha nacimiento', 'data di nascita', 'data nascita',
  ],
  address: [
    'home address', 'street', 'street address', 'postal address', 'mailing address', 'billing address', 'shipping address', 'zip code', 'zipcode', 'postcode', 'postal code', 'address line',
    'anschrift', 'wohnort', 'strasse', 'hausnummer', 'postleitzahl', 'plz', 'adresse', 'code postal', 'domicile', 'direccion', 'domicilio', 'codigo postal', 'indirizzo', 'codice postale',
  ],
  contact: [
    'email', 'e mail', 'mail address', 'phone', 'phone number', 'telephone', 'mobile number', 'cell phone', 'telefon', 'telefonnummer', 'handynummer', 'mobilnummer', 'courriel', 'adresse electronique', 'numero de telephone',
    'correo electronico', 'telefono', 'cellulare', 'posta elettronica',
  ],
  income: ['salary', 'wage', 'wages', 'household income', 'annual income', 'gehalt', 'lohn', 'einkommen', 'salaire', 'revenu', 'salario', 'sueldo', 'ingresos', 'stipendio', 'reddito'],
  'official-id': [
    'ssn', 'social security', 'social security number', 'passport', 'passport number', 'national id', 'driving licence', 'drivers license', 'tax id', 'nino', 'iban', 'account number', 'credit card', 'card number',
    'steuer id', 'steueridentifikationsnummer', 'sozialversicherungsnummer', 'ausweisnummer', 'reisepass', 'kontonummer', 'numero de securite sociale', 'passeport', 'pasaporte', 'dni', 'codice fiscale', 'passaporto',
  ],
  health: [
    'diagnosis', 'diagnoses', 'disease', 'patient', 'patient id', 'medication', 'blood pressure', 'blood type', 'hiv', 'diagnose', 'krankheit', 'erkrankung', 'patientin', 'medikament', 'blutdruck', 'blutgruppe', 'maladie', 'medicament', 'pression arterielle',
    'diagnostico', 'enfermedad', 'paciente', 'medicamento', 'diagnosi', 'malattia', 'paziente', 'farmaco',
  ],
  belief: ['religion', 'ethnicity', 'ethnic group', 'nationality', 'political party', 'union member', 'sexual orientation', 'konfession', 'staatsangehoerigkeit', 'ethnie', 'nationalite', 'nacionalidad', 'etnia', 'religione', 'nazionalita'],
};

const latitudeNames = new Set(['lat', 'latitude', 'breite', 'breitengrad', 'latitud', 'latitudine']);
const longitudeNames = new Set(['lon', 'lng', 'long', 'longitude', 'laenge', 'laengengrad', 'longitud', 'longitudine']);

/** The words of a column's name: "birthDate", "birth_date" and "Birth-Date" are "birth", "date". German umlauts as ae, oe, ue. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Ý])/g, ' ').toLowerCase()
    .replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss')
    .normalize('NFD').replace(/\p{Mark}/gu, '')
    .split(/[^a-z0-9]+/).filter(Boolean);
}

/** What the name says of the values, the first that fits; null where it says nothing. */
export function saidByName(name: string): { readonly detector: DetectorName; readonly phrase: string } | null {
  const said = ` ${wordsOf(name).join(' ')} `;
  for (const [detector, list] of Object.entries(phrases)) {
    const phrase = list.find((each) => said.includes(` ${each} `));
    if (phrase !== undefined) return { detector: detector as DetectorName, phrase };
  }
  return null;
}

/** Which half of a pair of coordinates the name says; the rest of the name tells pairs apart. */
export function coordinateOf(name: string): { readonly axis: 'latitude' | 'longitude'; readonly rest: string } | null {
  const words = wordsOf(name);
  const at = words.findIndex((word) => latitudeNames.has(word) || longitudeNames.has(word));
  if (at < 0) return null;
  return { axis: latitudeNames.has(words[at] ?? '') ? 'latitude' : 'longitude', rest: words.filter((_, index) => index !== at).join(' ') };
}

import { countPattern, dosePattern, findFrequency, findRoute } from './dosing.ts';
import { spaced, squeeze } from './entity.ts';
import { fold } from './fold.ts';
import { statusIn } from './status.ts';
import type { MedicationStatus } from './types.ts';

/** What stands behind a medicine's name. */
export interface Prescription {
  dose?: string;
  strength?: string;
  route?: string;
  frequency?: string;
  status?: MedicationStatus;
  /** Places in the letter: of the first part, behind the last, and of each part that carries a number. */
  firstAt?: number;
  end?: number;
  spans: [number, number][];
}

// Words that may stand between the parts of a prescription even over a full stop or a line end.
const fillers =
  /^(?:take|taken|give|given|inhale|inject|apply|use|to|a|an|the|of|at|and|with|spacer|or|then|dose|dosis|doses|tablets?|tabs?|capsules?|caps?|suspension|solution|syrup|inhaler|injection|spray|drops|cream|ointment|patch|pen|gel|tomar|tome|toma|administrar|aplicar|inyectar|comprimidos?|comp|capsulas?|jarabe|solucion|suspensao|solucao|xarope|inhalador|inalador|sobres?|via|por|par|voie|de|del|la|el|le|un|une|una|uno|um|uma|prendre|prenez|comprimes?|gelules?|sirop|injection|soit|dia|kunywa|meza|vidonge|kidonge|sindano|kwa|गोली|लें|की|का|दवा|daily|form|oral|mr|sr|xl|ec|per|increased|reduced|decreased|from|stat|susp|buv|sol|inj|syr|poids|start|started|starting|now|biosimilar|once|acetate|was|is|has|been)$/;

/** Follows dose, route and frequency behind a name as long as only words that belong to a prescription stand between. */
export function readPrescription(printed: string, offset: number, listed: boolean): Prescription {
  const folded = fold(printed);
  const parts: Prescription = { spans: [] };
  const doses = new RegExp(dosePattern, 'gu');
  const counts = new RegExp(countPattern, 'gu');
  let pieces: string | undefined;
  let position = 0;
  while (position < printed.length) {
    const rest = printed.slice(position);
    doses.lastIndex = position;
    counts.lastIndex = position;
    const dose = doses.exec(folded);
    const piece = counts.exec(folded);
    const route = findRoute(rest);
    const frequency = findFrequency(rest);
    const candidates = [
      dose && {
        kind: 'dose' as const,
        start: dose.index,
        end: dose.index + dose[0].length,
        text: spaced(printed.slice(dose.index, dose.index + dose[0].length)),
      },
      piece && {
        kind: 'pieces' as const,
        start: piece.index,
        end: piece.index + piece[0].length,
        text: squeeze(printed.slice(piece.index, piece.index + piece[0].length)),
      },
      route && { kind: 'route' as const, start: position + route.start, end: position + route.end, text: route.route },
      frequency && {
        kind: 'frequency' as const,
        start: position + frequency.start,
        end: position + frequency.end,
        text: frequency.frequency,
      },
    ]
      .filter((c) => c !== null && c !== undefined)
      .sort((a, b) => a.start - b.start || b.end - a.end);
    const part = candidates[0];
    if (!part) break;
    const filler = folded.slice(position, part.start);
    if (!bridges(filler, listed)) break;
    if (part.kind === 'dose') {
      const change = /\bto\s+$|\ba\s+$|->\s*$|→\s*$|\bpara\s+$|hadi\s+$/.test(filler);
      // "180 mg (15 mg/kg) 6 hourly": what stands in brackets explains the dose.
      if (parts.dose && /\(\s*$/.test(filler)) {
        position = part.end;
        continue;
      }
      if (parts.dose && parts.frequency && !change) {
        const more = /^\s*(?:,|and|y|et|e|na|\+)\s*$/.test(filler) ? findFrequency(printed.slice(part.end)) : undefined;
        // "150 mg in the morning and 250 mg at night": the second dose stays with the times.
        if (more && /^\s*$/.test(printed.slice(part.end, part.end + more.start))) {
          const stop = part.end + more.end;
          parts.frequency = squeeze(
            `${parts.frequency}${filler}${printed.slice(part.start, part.end + more.start)}${more.frequency}`,
          );
          parts.spans.push([offset + part.start, offset + stop]);
          parts.end = offset + stop;
          position = stop;
          continue;
        }
        break;
      }
      if (parts.dose && change) parts.status = compareDoses(parts.dose, part.text) ?? parts.status;
      else if (parts.dose && !/\/|per/.test(fold(parts.dose).replace(/^[\d.,]+\/[\d.,]+/, '')) && !/\p{L}{4}/u.test(filler))
        break;
      else if (parts.dose) parts.strength = parts.dose;
      parts.dose = part.text;
    } else if (part.kind === 'pieces') pieces ??= part.text;
    else if (part.kind === 'route') parts.route ??= part.text;
    else if (parts.frequency && lasts.test(fold(part.text))) parts.frequency += ` ${part.text}`;
    else if (parts.frequency) break;
    else parts.frequency = part.text;
    const said = statusIn(filler);
    if (said && !parts.status) parts.status = said;
    parts.firstAt ??= offset + part.start;
    parts.end = offset + part.end;
    if (part.kind !== 'route') parts.spans.push([offset + part.start, offset + part.end]);
    position = part.end;
  }
  parts.dose ??= pieces;
  return parts;
}

/** How long or until when: may follow apart from how often. */
const lasts = /^(?:for|x\s?\d|until|durante|por\s+\d|pendant|hasta|kwa\s+siku|kwa\s+wiki|\d+\s+(?:दिन|सप्ताह))/;

function bridges(filler: string, listed: boolean): boolean {
  const open = filler.replace(/\([^()]*\)/g, ' ').replace(/\b(susp|buv|comp|cp|caps|sol|inj|tabs?|cap|syr|approx|max)\./g, '$1 ');
  const words = open.match(/[\p{L}\p{M}]+/gu) ?? [];
  const unknown = words.filter((word) => !fillers.test(word));
  const breaks = /[.;]\s|[.;]$/.test(open.trimEnd().replace(/^\s*[.]/, '.')) || (listed && open.includes('\n'));
  if (/\n\s*\n/.test(open)) return false;
  return breaks ? unknown.length === 0 : unknown.length <= 3 && words.length <= 7;
}

/** "from 1 g to 500 mg": compared when both are masses. */
function compareDoses(from: string, to: string): MedicationStatus | undefined {
  const grams = (dose: string): number | undefined => {
    const match = /^([\d.,]+)\s*(mg|g|mcg|ug|micrograms?|units?)/.exec(fold(dose));
    if (!match) return undefined;
    const factor = match[2] === 'g' ? 1 : match[2] === 'mg' ? 1e-3 : match[2]?.startsWith('unit') ? 1 : 1e-6;
    return Number((match[1] ?? '').replace(',', '.')) * factor;
  };
  const a = grams(from);
  const b = grams(to);
  if (a === undefined || b === undefined || a === b) return undefined;
  return b < a ? 'reduced' : 'increased';
}

// Typed search attributes: plaintext in Temporal, so no personal data here.

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const statusAttribute = defineSearchAttributeKey('FirebreakStatus', SearchAttributeType.KEYWORD);
export const severityAttribute = defineSearchAttributeKey('FirebreakSeverity', SearchAttributeType.KEYWORD);
export const serviceAttribute = defineSearchAttributeKey('FirebreakService', SearchAttributeType.KEYWORD);
export const playbookAttribute = defineSearchAttributeKey('FirebreakPlaybook', SearchAttributeType.KEYWORD);

export const searchAttributeNames = [statusAttribute, severityAttribute, serviceAttribute, playbookAttribute].map(
  (attribute) => attribute.name,
);

// Gives each request an id, or keeps a harmless one that came with it: the log, the answer and problems all carry it.

import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';

const givenId = /^[\w.-]{8,64}$/;
/** Of this process, so that counting is enough: a random number for each alert of a storm would cost more. */
const prefix = randomBytes(6).toString('hex');
let count = 0;

export const identify: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  count += 1;
  request.id = typeof given === 'string' && givenId.test(given) ? given : `${prefix}-${count.toString(36)}`;
  response.setHeader('X-Request-Id', request.id);
  next();
};

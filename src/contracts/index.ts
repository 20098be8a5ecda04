/** The wire of Papertape: schemas and types that the gateway, the page and other clients share. */
export * from './account.js';
export * from './auth.js';
export * from './fills.js';
export * from './history.js';
export * from './market.js';
export * from './orders.js';
export * from './performance.js';
export * from './problem.js';
export * from './risk.js';
export * from './routes.js';
export * from './scalars.js';
export * from './scenarios.js';
export * from './session.js';
export * from './strategies.js';
export * from './stream.js';
export * from './system.js';
export * from './trades.js';

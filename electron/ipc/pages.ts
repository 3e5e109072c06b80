/** Channels of notebook pages. */
import * as app from '../app/pages.ts';
import type { pageChannels } from '../../shared/contract/pages.ts';
import { done, type Handlers } from './serve.ts';

export const pageHandlers: Handlers<keyof typeof pageChannels> = {
  'pages.list': (context) => app.listPages(context),
  'pages.get': (context, { id }) => app.getPage(context, id),
  'pages.create': (context, { title }) => app.createPage(context, title),
  'pages.rename': (context, { id, title, basedOn }) => done(app.renamePage(context, id, title, basedOn)),
  'pages.remove': (context, { id }) => done(app.removePage(context, id)),
  'pages.restore': (context, { id }) => done(app.restorePage(context, id)),
  'pages.addBlock': (context, { pageId, after, content }) => app.addBlock(context, pageId, after, content),
  'pages.moveBlock': (context, { id, pageId, after }) => done(app.moveBlock(context, id, pageId, after)),
  'pages.removeBlock': (context, { id }) => done(app.removeBlock(context, id)),
  'pages.restoreBlock': (context, { id }) => done(app.restoreBlock(context, id)),
  'pages.blockState': (context, { id }) => app.blockState(context, id),
  'pages.editBlock': (context, { id, update }) => done(app.editBlock(context, id, update)),
};

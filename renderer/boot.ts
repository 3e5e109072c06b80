/** The first script of the window: settles the libraries with the content policy before any of them is loaded. */
import './content-policy.ts';

void import('./main.tsx');

/** The package itself, which measures what is not ASCII: mostly the columns of failing runs. */
export { default } from 'string-width';

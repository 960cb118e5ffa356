export {openReadingPlace, openRepository, placeOf, type ReadingPlace} from './place.ts';

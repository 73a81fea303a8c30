/** Drawing scenes of captions: a search for the model that does it best. */
package org.dl4jplugins.examples.draw;

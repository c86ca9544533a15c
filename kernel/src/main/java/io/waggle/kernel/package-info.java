/** Laid out in the design; documented as the room fills. */
package io.waggle.kernel;

/* As linux/in.h. */
#include "in.h"

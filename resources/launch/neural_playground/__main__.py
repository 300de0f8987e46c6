"""`python -m neural_playground`."""

import sys

from . import main

sys.exit(main())

"""Sockets by kind, from the kernel's table."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.descriptors import socket_kinds

TABLE = """\
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0 20 4 30 10 -1
   2: 0100007F:D6D8 0100007F:1389 01 00000000:00000000 00:00000000 00000000     0        0 103 1 0 20 4 30 10 -1
   3: 0100007F:D6DA 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 104 1 0 20 4 30 10 -1
"""


class SocketKindTests(unittest.TestCase):
    def test_each_socket_has_its_kind(self):
        self.assertEqual(
            socket_kinds(TABLE.splitlines(), {5001: "upstream"}, own_port=8080),
            {"101": "listener", "102": "client", "103": "upstream", "104": "connection to port 80"},
        )


if __name__ == "__main__":
    unittest.main()

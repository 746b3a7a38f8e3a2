"""Answers are read whole, and what is not whole is told."""

import asyncio
import gzip
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.exchange import Answer, BrokenAnswer, read_answer, request

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\n2\r\nlo\r\n0\r\nServer-Timing: a\r\n\r\n"
)


def read(data, is_head=False):
    async def feed():
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_answer(reader, is_head)

    return asyncio.run(feed())


class ReadTests(unittest.TestCase):
    def test_both_framings_give_the_body(self):
        for data in (LENGTH, CHUNKED):
            answer = read(data)
            self.assertEqual((answer.status, answer.body), (200, b"hello"))

    def test_an_answer_to_head_ends_with_its_head(self):
        self.assertEqual(read(LENGTH.removesuffix(b"hello"), is_head=True).body, b"")

    def test_every_answer_that_breaks_off_is_broken(self):
        for data in (LENGTH, CHUNKED):
            for length in range(1, len(data)):
                with self.subTest(data=data, length=length), self.assertRaises(BrokenAnswer):
                    read(data[:length])

    def test_a_chunk_of_another_length_is_broken(self):
        for wrong in (b"2\r\nhel", b"4\r\nhel", b"x\r\nhel"):
            with self.subTest(wrong=wrong), self.assertRaises(BrokenAnswer):
                read(CHUNKED.replace(b"3\r\nhel", wrong))

    def test_codings(self):
        self.assertEqual(
            Answer(200, {"content-encoding": "gzip"}, gzip.compress(b"hello")).plain_body(),
            b"hello",
        )
        for fields, body in (
            ({"content-encoding": "gzip"}, b"hello"),
            ({"content-encoding": "br"}, b""),
        ):
            with self.subTest(fields=fields), self.assertRaises(BrokenAnswer):
                Answer(200, fields, body).plain_body()


class RequestTests(unittest.TestCase):
    def test_a_body_comes_with_its_length(self):
        self.assertEqual(
            request("POST", "/a", "h:1", [("X", "y")], b"abc"),
            b"POST /a HTTP/1.1\r\nHost: h:1\r\nX: y\r\nContent-Length: 3\r\n\r\nabc",
        )


if __name__ == "__main__":
    unittest.main()

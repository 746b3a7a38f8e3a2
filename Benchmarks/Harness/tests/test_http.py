"""Tests of the HTTP client's reading."""

import gzip
import unittest

from harness import Answer, BenchmarkError
from harness.http import AnswerReader

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Server-Timing\r\n\r\n"
    b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nServer-Timing: a;dur=1\r\n\r\n"
)
PLAIN = b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n"


def read(data: bytes, step: int, method: str = "GET") -> AnswerReader:
    reader = AnswerReader(method)
    for at in range(0, len(data), step):
        reader.feed(data[at : at + step])
    return reader


class AnswerReaderTests(unittest.TestCase):
    def test_an_answer_reads_the_same_in_pieces_of_any_size(self) -> None:
        for step in range(1, len(CHUNKED) + 1):
            with self.subTest(step=step):
                reader = read(CHUNKED, step)
                self.assertTrue(reader.is_complete)
                self.assertEqual(reader.finish().body, b"hello world")
                self.assertEqual(read(PLAIN, step).finish().body, b"no\n")

    def test_no_answer_is_complete_before_its_last_byte(self) -> None:
        for data in (CHUNKED, PLAIN):
            for length in range(len(data)):
                self.assertFalse(read(data[:length], 7).is_complete, length)

    def test_a_body_that_breaks_off_is_an_error(self) -> None:
        for data in (CHUNKED[:-20], PLAIN[:-1], PLAIN[:20]):
            with self.assertRaises(BenchmarkError):
                read(data, 100).finish()

    def test_bytes_after_the_body_are_an_error(self) -> None:
        with self.assertRaises(BenchmarkError):
            read(PLAIN + b"more", 1000)

    def test_what_is_no_http_is_an_error(self) -> None:
        with self.assertRaises(BenchmarkError):
            read(b"hello\r\n\r\n", 100)

    def test_a_body_without_length_goes_to_the_end(self) -> None:
        reader = read(b"HTTP/1.0 200 OK\r\n\r\nall of it", 4)
        self.assertFalse(reader.is_complete)
        self.assertEqual(reader.finish().body, b"all of it")

    def test_a_head_answer_has_no_body(self) -> None:
        self.assertTrue(read(PLAIN[:-3], 5, "HEAD").is_complete)


class AnswerTests(unittest.TestCase):
    def test_gzip_is_undone_and_other_codings_are_refused(self) -> None:
        self.assertEqual(
            Answer(200, [("content-encoding", "gzip")], gzip.compress(b"page")).plain_body(),
            b"page",
        )
        with self.assertRaises(BenchmarkError):
            Answer(200, [("content-encoding", "br")], b"page").plain_body()

    def test_cookies_are_sent_back_without_their_attributes(self) -> None:
        answer = Answer(200, [("set-cookie", "sid=1; Path=/; HttpOnly"), ("set-cookie", "a=b")])
        self.assertEqual(answer.cookies(), "sid=1; a=b")

    def test_arrivals_are_found_by_length(self) -> None:
        answer = Answer(200, [], b"12345", arrivals=[(0.1, 0), (0.2, 3), (0.9, 5)])
        self.assertEqual(answer.arrival_of(3), 0.2)
        self.assertEqual(answer.arrival_of(4), 0.9)
        with self.assertRaises(BenchmarkError):
            answer.arrival_of(6)


if __name__ == "__main__":
    unittest.main()

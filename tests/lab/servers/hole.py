"""hole.py ADDRESS PORT: takes datagrams and connections there, and never answers"""
import signal
import socket
import sys

where = (sys.argv[1], int(sys.argv[2]))
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(where)
connections = socket.socket()
connections.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
connections.bind(where)
connections.listen(1)
signal.pause()

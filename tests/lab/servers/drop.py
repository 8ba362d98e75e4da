#!/usr/bin/python3
"""drop.py FOLDER RECIPIENT: sendmail's local mailer; what comes on stdin becomes mail/FOLDER/TIME.eml"""
import os
import sys
import time

folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mail", sys.argv[1])
os.makedirs(folder, exist_ok=True)
path = f"{folder}/{time.time_ns()}.eml"
with open(path + ".tmp", "wb") as out:
    out.write(sys.stdin.buffer.read())
os.rename(path + ".tmp", path)

"""The faults of the toy: each a subclass of Faults that bends one thing, with the clause that it breaks."""
import time


class Faults:
    """None: what a careful client does."""
    clause = ""

    def tls(self, context):
        pass

    def sdk(self, toy):
        return toy

    def params(self, params):
        return params

    def now(self):
        return int(time.time())

    def date(self, now):
        return time.strftime("%Y-%m-%d", time.gmtime(now))

    def service(self):
        return "cvm"

    def order(self, names):
        return sorted(names)

    def request(self, toy, method, target, headers, body):
        return method, target, headers, body

    def reply(self, reply):
        return reply


FAULTS = {}


def named(name):
    return FAULTS[name]() if name else Faults()

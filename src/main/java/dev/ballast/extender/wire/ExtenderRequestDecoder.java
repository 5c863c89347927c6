package dev.ballast.extender.wire;

import dev.ballast.extender.wire.Candidates.Form;
import dev.ballast.load.NodeNames;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one request: a single pass over the bytes that keeps what is needed of the pod and, of
 * each node, its name and where it stands. Everything else is checked and passed over. Confined to
 * one thread, used once.
 */
final class ExtenderRequestDecoder {
  /** How many of the next nodes a name is compared with: some of them may not be listed. */
  private static final int NEAR = 4;

  private final byte[] bytes;
  private final int length;
  private final NodeNames known;
  private final LastPod lastPod;
  private final JsonScanner json;

  private @Nullable ExtenderPod pod;
  private boolean nodesSeen;
  private boolean namesSeen;
  private @Nullable Candidates names;
  private @Nullable Candidates nodes;

  ExtenderRequestDecoder(byte[] bytes, int length, NodeNames known, LastPod lastPod) {
    this.bytes = bytes;
    this.length = length;
    this.known = known;
    this.lastPod = lastPod;
    this.json = new JsonScanner(bytes, length);
  }

  ExtenderRequest decode() throws MalformedRequestException {
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      switch (json.readKey()) {
        case "Pod" -> {
          once(pod != null, "Pod");
          pod = pod();
        }
        case "Nodes" -> {
          nodesSeen = once(nodesSeen, "Nodes");
          nodes = json.takeNull() ? null : nodeList();
        }
        case "NodeNames" -> {
          namesSeen = once(namesSeen, "NodeNames");
          names = json.takeNull() ? null : nameList();
        }
        default -> json.skipValue();
      }
    }
    json.expectEnd();
    if (pod == null) {
      throw json.unexpected("key \"Pod\"");
    }
    var candidates = names != null ? names : nodes != null ? nodes : none();
    return new ExtenderRequest(pod, candidates);
  }

  private ExtenderPod pod() throws MalformedRequestException {
    json.peek();
    int start = json.position();
    var last = lastPod.get();
    if (last.standsAt(bytes, start, length)) {
      json.pass(last.bytes().length);
      return last.pod();
    }
    var decoded = new PodDecoder(json).decode();
    lastPod.set(bytes, start, json.position(), decoded);
    return decoded;
  }

  private Candidates none() {
    return new Candidates(bytes, Form.NAMES, known);
  }

  private boolean once(boolean seen, String key) throws MalformedRequestException {
    if (seen) {
      throw new MalformedRequestException("a second \"" + key + "\"", json.position());
    }
    return true;
  }

  private Candidates nameList() throws MalformedRequestException {
    var list = new Candidates(bytes, Form.NAMES, known);
    json.peek();
    int listStart = json.position();
    int last = NodeNames.NONE;
    int other = NodeNames.NONE;
    int strays = 0;
    json.enter('[');
    for (boolean first = true; json.next(first, ']'); first = false) {
      json.peek();
      int stray = name(list, json.position());
      strays++;
      if (stray != NodeNames.NONE) {
        other = last;
        last = stray;
      }
      last = nearNames(list, last);
      for (int next = nearNames(list, other); next != other; next = nearNames(list, other)) {
        other = last; // kube-scheduler filters in threads, whose nodes come mixed
        last = nearNames(list, next);
      }
    }
    known.order().note(list.nodes(), strays);
    list.list(listStart, json.position());
    return list;
  }

  /** Takes names for as long as each is near the one before; gives the last one's number. */
  private int nearNames(Candidates list, int before) {
    int last = before;
    for (int number = last + 1; number <= last + NEAR && number < known.size(); number++) {
      int as = known.asListed(number, bytes, json.position(), length);
      int end = list.addAsListed(number, json.position(), as);
      int passed = known.listedAt(end) - known.listedAt(number);
      if (passed > 0) {
        json.pass(passed);
        last = end - 1;
        number = last;
      }
    }
    return last;
  }

  /** Takes a name, whichever it is; gives its number. */
  private int name(Candidates list, int start) throws MalformedRequestException {
    boolean plain = json.skipString();
    int stop = json.position();
    if (!plain) {
      return list.add(json.stringAt(start + 1, stop - 1, false), start, stop);
    }
    int number = known.find(bytes, start + 1, stop - 1);
    if (number == NodeNames.NONE) {
      list.addUnknown(json.stringAt(start + 1, stop - 1, true), start, stop);
    } else {
      list.add(number, start, stop);
    }
    return number;
  }

  private Candidates nodeList() throws MalformedRequestException {
    var list = new Candidates(bytes, Form.WHOLE_NODES, known);
    json.peek();
    int listStart = json.position();
    json.enter('{');
    boolean itemsSeen = false;
    for (boolean first = true; json.next(first, '}'); first = false) {
      if (!json.readKey().equals("items")) {
        json.skipValue();
      } else if (!json.takeNull()) {
        itemsSeen = once(itemsSeen, "items");
        items(list);
      }
    }
    list.list(listStart, json.position());
    return list;
  }

  private void items(Candidates list) throws MalformedRequestException {
    json.enter('[');
    for (boolean first = true; json.next(first, ']'); first = false) {
      json.peek();
      int start = json.position();
      String name = nodeName();
      list.add(name, start, json.position());
    }
  }

  private String nodeName() throws MalformedRequestException {
    String name = "";
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      if (json.readKey().equals("metadata")) {
        name = json.textMember("name", name);
      } else {
        json.skipValue();
      }
    }
    return name;
  }
}

/* The innermost loops, compiled. Each has a twin in numpy that gives the same bits; see `unspin.native`.

Arguments are one-dimensional contiguous buffers of the type that the comment at the function names; callers own them and their sizes.
A hash table is an int64 array of a power of two of slots, free ones -1 (see `unspin.language.hashing`). */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)0)
#endif

#define MAX_BUFFERS 32
#define MULTIPLIER UINT64_C(0x9E3779B97F4A7C15) /* Fibonacci hashing (Knuth, TAOCP 3, 6.4) */
#define AHEAD 16 /* look-ups that are under way at once: memory, not the processor, sets the pace */

typedef struct {
    const int64_t *keys;
    uint64_t mask;
    int shift;
} Table;

/* The bits that numbers below a bound take. */
static int bits_below(uint64_t bound) {
    int bits = 0;
    while (bits < 63 && (UINT64_C(1) << bits) < bound)
        bits++;
    return bits;
}

static Table table_of(const Py_buffer *buffer) {
    uint64_t slots = (uint64_t)buffer->len / sizeof(int64_t);
    return (Table){buffer->buf, slots - 1, 64 - bits_below(slots)};
}

static inline uint64_t home(Table table, int64_t key) {
    return ((uint64_t)key * MULTIPLIER) >> table.shift;
}

static inline int64_t find_from(Table table, int64_t key, uint64_t slot) {
    for (;; slot = (slot + 1) & table.mask) {
        int64_t held = table.keys[slot];
        if (held == key)
            return (int64_t)slot;
        if (held == -1)
            return -1;
    }
}

/* The slot of each key. */
static void find_all(Table table, const int64_t *keys, Py_ssize_t n, int64_t *slots) {
    for (Py_ssize_t i = 0; i < n + AHEAD; i++) {
        if (i < n) {
            slots[i] = (int64_t)home(table, keys[i]);
            PREFETCH(&table.keys[slots[i]]);
        }
        if (i >= AHEAD)
            slots[i - AHEAD] = find_from(table, keys[i - AHEAD], (uint64_t)slots[i - AHEAD]);
    }
}

#define FREE UINT32_C(0xFFFFFFFF)

/* See `unspin.language.packed`: records of a tag and some float32 numbers. */
typedef struct {
    const uint32_t *records;
    uint64_t multiplier, key_mask, low_mask, mask, steps;
    Py_ssize_t width;
    int low_bits;
} Packed;

static Packed packed_of(const Py_buffer *buffer, Py_ssize_t width, int key_bits) {
    uint64_t slots = (uint64_t)(buffer->len / ((Py_ssize_t)sizeof(uint32_t) * width));
    int bits = bits_below(slots), low_bits = key_bits > bits ? key_bits - bits : 0;
    key_bits = bits + low_bits;
    return (Packed){buffer->buf, (MULTIPLIER >> (64 - key_bits)) | 1, (UINT64_C(1) << key_bits) - 1,
                    (UINT64_C(1) << low_bits) - 1, slots - 1, UINT64_C(1) << (32 - low_bits), width, low_bits};
}

static inline float packed_value(const Packed *table, int64_t slot, int number) {
    float value;
    memcpy(&value, &table->records[slot * table->width + 1 + number], sizeof value);
    return value;
}

/* The slot of each key, -1 where it is absent. */
static void find_packed_all(const Packed *table, const int64_t *keys, Py_ssize_t n, int64_t *slots) {
    for (Py_ssize_t i = 0; i < n + AHEAD; i++) {
        if (i < n) {
            slots[i] = (int64_t)(((uint64_t)keys[i] * table->multiplier) & table->key_mask);
            PREFETCH(&table->records[(slots[i] >> table->low_bits) * table->width]);
        }
        if (i < AHEAD)
            continue;
        uint64_t mixed = (uint64_t)slots[i - AHEAD], slot = mixed >> table->low_bits;
        uint32_t wanted = (uint32_t)((mixed & table->low_mask) * table->steps), held;
        int64_t found = -1;
        for (uint64_t step = 0; step < table->steps; step++, wanted++, slot = (slot + 1) & table->mask) {
            held = table->records[(Py_ssize_t)slot * table->width];
            if (held == wanted)
                found = (int64_t)slot;
            if (held == wanted || held == FREE)
                break;
        }
        slots[i - AHEAD] = found;
    }
}

typedef struct {
    Py_buffer list[MAX_BUFFERS];
    int n;
} Buffers;

static void release(Buffers *buffers) {
    while (buffers->n > 0)
        PyBuffer_Release(&buffers->list[--buffers->n]);
}

/* The first `n` arguments as buffers, of which the last `written` are written to. */
static int acquire(Buffers *buffers, PyObject *const *args, int n, int written) {
    buffers->n = 0;
    for (int i = 0; i < n; i++) {
        int flags = i >= n - written ? PyBUF_WRITABLE : PyBUF_SIMPLE;
        if (PyObject_GetBuffer(args[i], &buffers->list[i], flags) < 0) {
            release(buffers);
            return -1;
        }
        buffers->n++;
    }
    return 0;
}

static int arity(Py_ssize_t given, Py_ssize_t wanted, const char *name) {
    if (given == wanted)
        return 0;
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd", name, wanted, given);
    return -1;
}

PyDoc_STRVAR(find_doc, "find(table int64, keys int64, slots int64 out): the slot of each key, -1 where it is absent.");

static PyObject *find(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 3, "find") < 0 || acquire(&b, args, 3, 1) < 0)
        return NULL;
    Table table = table_of(&b.list[0]);
    Py_ssize_t n = b.list[1].len / (Py_ssize_t)sizeof(int64_t);
    Py_BEGIN_ALLOW_THREADS
    find_all(table, b.list[1].buf, n, b.list[2].buf);
    Py_END_ALLOW_THREADS
    release(&b);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(values_doc,
             "values(table int64, values int32, keys int64, out int32, missing): the value of each key by its slot, `missing` where it is\n"
             "absent.");

static PyObject *values(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 5, "values") < 0)
        return NULL;
    int32_t missing = (int32_t)PyLong_AsLong(args[4]);
    if (PyErr_Occurred() || acquire(&b, args, 4, 1) < 0)
        return NULL;
    Table table = table_of(&b.list[0]);
    const int32_t *by_slot = b.list[1].buf;
    int32_t *out = b.list[3].buf;
    Py_ssize_t n = b.list[2].len / (Py_ssize_t)sizeof(int64_t);
    int64_t *slots = malloc(((size_t)n + 1) * sizeof(int64_t));
    if (slots == NULL) {
        release(&b);
        return PyErr_NoMemory();
    }
    Py_BEGIN_ALLOW_THREADS
    find_all(table, b.list[2].buf, n, slots);
    for (Py_ssize_t i = 0; i < n; i++)
        out[i] = slots[i] >= 0 ? by_slot[slots[i]] : missing;
    Py_END_ALLOW_THREADS
    free(slots);
    release(&b);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(find_packed_doc,
             "find_packed(records uint32, keys int64, slots int64 out, width, key_bits): the slot of each key, -1 where it is absent.");

static PyObject *find_packed(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 5, "find_packed") < 0)
        return NULL;
    Py_ssize_t width = PyLong_AsSsize_t(args[3]), key_bits = PyLong_AsSsize_t(args[4]);
    if (PyErr_Occurred() || acquire(&b, args, 3, 1) < 0)
        return NULL;
    Packed table = packed_of(&b.list[0], width, (int)key_bits);
    Py_BEGIN_ALLOW_THREADS
    find_packed_all(&table, b.list[1].buf, b.list[1].len / (Py_ssize_t)sizeof(int64_t), b.list[2].buf);
    Py_END_ALLOW_THREADS
    release(&b);
    Py_RETURN_NONE;
}

typedef struct {
    Packed bigrams, trigrams;
    const float *unigrams;
    int64_t words;
} Model;

#define MODEL 3 /* buffers of a model */
enum { LOGPROB, BACKOFF };

/* A trigram model from three buffers: unigrams float32 (words, 2), bigrams uint32 (slots, 3) and trigrams uint32 (slots, 2). */
static Model model_of(const Py_buffer *list) {
    uint64_t words = (uint64_t)list[0].len / (2 * sizeof(float));
    Packed bigrams = packed_of(&list[1], 3, bits_below(words * words));
    return (Model){bigrams, packed_of(&list[2], 2, bits_below((bigrams.mask + 1) * words)), list[0].buf, (int64_t)words};
}

/* The log-probability of a word after another, whose bigram is in this slot, if in any. */
static inline float bigram_of(const Model *model, int64_t slot, int64_t previous, int64_t word) {
    if (slot >= 0)
        return packed_value(&model->bigrams, slot, LOGPROB);
    return model->unigrams[2 * previous + BACKOFF] + model->unigrams[2 * word + LOGPROB];
}

/* Canonical phrases in words of the model, one behind the other: `ids` int32, and `begins` int32, where each begins and the last ends. */
typedef struct {
    const int32_t *ids, *begins;
    Py_ssize_t n;
} Phrases;

static Phrases phrases_of(const Py_buffer *list) {
    return (Phrases){list[0].buf, list[1].buf, list[1].len / (Py_ssize_t)sizeof(int32_t) - 1};
}

static inline const int32_t *words_of(const Phrases *phrases, int32_t phrase) { return phrases->ids + phrases->begins[phrase]; }

static inline int32_t size_of(const Phrases *phrases, int32_t phrase) { return phrases->begins[phrase + 1] - phrases->begins[phrase]; }

#define WORK 5 /* numbers that `chain_all` needs room for, by word */

/* The log-probability of each word given the two before it, for the words from the third of each sequence on; the sequences, of `sizes`
words or all of `size`, lie one behind the other. If `alike` is not NULL, it says which sequences begin and end with the same two words as
the one before. */
static void chain_all(const Model *model, const int32_t *ids, Py_ssize_t sequences, const int32_t *sizes, Py_ssize_t size,
                      const uint8_t *alike, int64_t *work, float *out) {
    Py_ssize_t total = 0, pairs = 0, n = 0, at = 0, p = 0;
    for (Py_ssize_t k = 0; k < sequences; k++)
        total += sizes ? sizes[k] : size;
    int64_t *keys = work, *slots = work + total, *asked = work + 2 * total, *found = work + 3 * total, *pair = work + 4 * total;
    const int32_t *word = ids;
    for (Py_ssize_t k = 0, first = 0, last = 0; k < sequences; k++) {
        Py_ssize_t length = sizes ? sizes[k] : size, from = p;
        int known = alike != NULL && alike[k];
        for (Py_ssize_t i = 1; i < length; i++) {
            if (known && (i == 1 || i == length - 1)) {
                pair[p++] = i == 1 ? first : last;
                continue;
            }
            keys[pairs] = (int64_t)word[i] * model->words + word[i - 1];
            pair[p++] = pairs++;
        }
        first = p > from ? pair[from] : 0;
        last = p > from ? pair[p - 1] : 0;
        word += length;
    }
    find_packed_all(&model->bigrams, keys, pairs, slots);
    word = ids;
    p = 0;
    for (Py_ssize_t k = 0; k < sequences; k++, p++) {
        Py_ssize_t length = sizes ? sizes[k] : size;
        for (Py_ssize_t i = 2; i < length; i++)
            if (slots[pair[++p]] >= 0 && slots[pair[p - 1]] >= 0)
                asked[n++] = slots[pair[p]] * model->words + word[i - 2];
        word += length;
    }
    find_packed_all(&model->trigrams, asked, n, found);
    word = ids;
    p = 0;
    for (Py_ssize_t k = 0; k < sequences; k++, p++) {
        Py_ssize_t length = sizes ? sizes[k] : size;
        for (Py_ssize_t i = 2; i < length; i++) {
            int64_t slot = slots[pair[++p]], history = slots[pair[p - 1]];
            if (slot >= 0 && history >= 0 && found[at++] >= 0) {
                *out++ = packed_value(&model->trigrams, found[at - 1], LOGPROB);
                continue;
            }
            *out++ = bigram_of(model, slot, word[i - 1], word[i]) + (history >= 0 ? packed_value(&model->bigrams, history, BACKOFF) : 0.0f);
        }
        word += length;
    }
}

PyDoc_STRVAR(chain_doc, "chain(the buffers of a model, ids int32, out float32, columns): see `TrigramModel.chain`.");

static PyObject *chain(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 6, "chain") < 0)
        return NULL;
    Py_ssize_t columns = PyLong_AsSsize_t(args[5]);
    if (PyErr_Occurred() || acquire(&b, args, 5, 1) < 0)
        return NULL;
    Model model = model_of(b.list);
    Py_ssize_t words = b.list[3].len / (Py_ssize_t)sizeof(int32_t);
    int64_t *work = malloc((size_t)(words + 1) * WORK * sizeof(int64_t));
    if (work == NULL) {
        release(&b);
        return PyErr_NoMemory();
    }
    Py_BEGIN_ALLOW_THREADS
    chain_all(&model, b.list[3].buf, words / columns, NULL, columns, NULL, work, b.list[4].buf);
    Py_END_ALLOW_THREADS
    free(work);
    release(&b);
    Py_RETURN_NONE;
}

#define LONGEST 8 /* words of a candidate; MAX_CANONICAL of `unspin.decoding.lattice` */
#define CONTEXT 2 /* words that a trigram model sees on either side */
enum { DOUBLES_BEFORE = 1, DOUBLES_AFTER = 2 }; /* as in `unspin.decoding.lattice` */
#define BATCH 512 /* arcs whose look-ups are under way together */

PyDoc_STRVAR(stream_doc,
             "stream(the buffers of a model, pairs uint32 (slots, 2), vocabulary int64, numbers int32, hashes int64, joined bool, bounds int64, at\n"
             "int64 out, ids int32 in and out, doubles uint8 out, usual bool out, common bool out, total float64 out, total_unigram float64 out,\n"
             "keys list, stand_in, (unknown, start, end), pad, lowest): the words of a text sentence by sentence, between the ids `start` and\n"
             "`end`, with `pad` places on either side, where each stands, and what else `Stream` of `unspin.decoding.lattice` says of them.\n"
             "`stand_in` is asked for the ids of words whose hash is not in the vocabulary; words are common above the log-probability `lowest`.");

static PyObject *stream(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, MODEL + 18, "stream") < 0)
        return NULL;
    PyObject *keys = args[MODEL + 13], *stand_in = args[MODEL + 14];
    int unknown, start, end, failed = 0;
    Py_ssize_t pad = PyLong_AsSsize_t(args[MODEL + 16]);
    float lowest = (float)PyFloat_AsDouble(args[MODEL + 17]);
    if (PyErr_Occurred() || !PyArg_ParseTuple(args[MODEL + 15], "iii", &unknown, &start, &end) || acquire(&b, args, MODEL + 13, 7) < 0)
        return NULL;
    const Py_buffer *own = b.list + MODEL;
    Model model = model_of(b.list);
    Packed counted = packed_of(&own[0], 2, bits_below((uint64_t)model.words * (uint64_t)model.words));
    Table vocabulary = table_of(&own[1]);
    const int32_t *numbers = own[2].buf;
    const uint8_t *joined = own[4].buf;
    const int64_t *bounds = own[5].buf;
    int64_t *at = own[6].buf;
    int32_t *ids = own[7].buf;
    uint8_t *doubles = own[8].buf, *usual = own[9].buf, *common = own[10].buf;
    double *total = own[11].buf, *total_unigram = own[12].buf, sum = 0.0, sum_unigram = 0.0;
    Py_ssize_t n = own[3].len / (Py_ssize_t)sizeof(int64_t), places = own[7].len / (Py_ssize_t)sizeof(int32_t), place = pad;
    Py_ssize_t sentences = own[5].len / (Py_ssize_t)sizeof(int64_t) - 1;
    int64_t *work = malloc(((size_t)places + 1) * (WORK + 1) * sizeof(int64_t)), *slots = work;
    float *logprob = (float *)(work + WORK * (places + 1));
    if (work == NULL)
        PyErr_NoMemory();
    else if (!PyList_Check(keys) || PyList_GET_SIZE(keys) != n)
        PyErr_SetString(PyExc_ValueError, "stream: a key for each word");
    failed = PyErr_Occurred() != NULL;
    if (!failed)
        find_all(vocabulary, own[3].buf, n, slots);
    for (Py_ssize_t sentence = 0; sentence < sentences && !failed; sentence++, place += 2 * pad) {
        ids[place - 1] = start;
        for (int64_t i = bounds[sentence]; i < bounds[sentence + 1] && !failed; i++) {
            int32_t id = slots[i] >= 0 ? numbers[slots[i]] : unknown;
            if (id != unknown) {
                doubles[i] |= i > 0 && joined[i - 1] ? DOUBLES_AFTER : 0;
                doubles[i + 1] |= i + 1 < n && joined[i] ? DOUBLES_BEFORE : 0;
            } else {
                PyObject *found = PyObject_CallOneArg(stand_in, PyList_GET_ITEM(keys, i));
                id = found == NULL ? -1 : (int32_t)PyLong_AsLong(found);
                Py_XDECREF(found);
                failed = PyErr_Occurred() != NULL;
            }
            at[i] = place;
            ids[place++] = id;
        }
        ids[place] = end;
    }
    if (!failed) {
        int64_t *listed = work + n, *keys_of_pairs = work + 2 * n;
        for (Py_ssize_t i = 0; i + 1 < n; i++)
            keys_of_pairs[i] = (int64_t)ids[at[i + 1]] * model.words + ids[at[i]];
        find_packed_all(&model.bigrams, keys_of_pairs, n > 0 ? n - 1 : 0, slots);
        for (Py_ssize_t i = 0; i + 1 < n; i++)
            keys_of_pairs[i] = (int64_t)ids[at[i]] * model.words + ids[at[i + 1]];
        find_packed_all(&counted, keys_of_pairs, n > 0 ? n - 1 : 0, listed);
        for (Py_ssize_t i = 0; i + 1 < n; i++)
            usual[i] = slots[i] >= 0 || (listed[i] >= 0 && packed_value(&counted, listed[i], 0) > 0.0f);
        for (Py_ssize_t i = 0; i < n; i++)
            common[i] = model.unigrams[2 * ids[at[i]] + LOGPROB] > lowest;
        chain_all(&model, ids, 1, NULL, places, NULL, work, logprob);
        for (Py_ssize_t i = 0; i < places; i++) {
            total[i] = sum;
            total_unigram[i] = sum_unigram;
            sum += i >= CONTEXT ? (double)logprob[i - CONTEXT] : 0.0;
            sum_unigram += (double)model.unigrams[2 * ids[i] + LOGPROB];
        }
        total[places] = sum;
        total_unigram[places] = sum_unigram;
    }
    free(work);
    release(&b);
    if (failed)
        return NULL;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(score_doc,
             "score(the buffers of a model, stream int32, at int64, total float64, total_unigram float64, takes_an bool, possessive_of int32,\n"
             "unigram float32, ids int32, begins int32, canonical int32, possessive bool, doubles uint8, first int32 in and out, last int32 in\n"
             "and out, lm float32 out, unigram float32 out, alone float32 out, longest, a, an): what `swallow_doubles` and `score_arcs` of\n"
             "`unspin.decoding.lattice` say of each arc. `a` and `an` are the ids of the articles.");

static PyObject *score(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 23, "score") < 0)
        return NULL;
    Py_ssize_t longest = PyLong_AsSsize_t(args[20]);
    int32_t a = (int32_t)PyLong_AsLong(args[21]), an = (int32_t)PyLong_AsLong(args[22]);
    if (PyErr_Occurred() || acquire(&b, args, 20, 5) < 0)
        return NULL;
    Model model = model_of(b.list);
    Phrases phrases = phrases_of(&b.list[10]);
    const int32_t *stream = b.list[3].buf, *possessive_of = b.list[8].buf, *canonical = b.list[12].buf;
    const int64_t *at = b.list[4].buf;
    const double *total = b.list[5].buf, *total_unigram = b.list[6].buf;
    const uint8_t *takes_an = b.list[7].buf, *possessive = b.list[13].buf, *doubles = b.list[14].buf;
    const float *unigram = b.list[9].buf;
    int32_t *first = b.list[15].buf, *last = b.list[16].buf;
    float *lm = b.list[17].buf, *out_unigram = b.list[18].buf, *alone = b.list[19].buf;
    Py_ssize_t n = b.list[17].len / (Py_ssize_t)sizeof(float), room = (longest + 2 * CONTEXT) * BATCH;
    Py_ssize_t words = b.list[4].len / (Py_ssize_t)sizeof(int64_t);
    int fits = b.list[14].len == words + 1;
    for (Py_ssize_t i = 0; i < n && fits; i++)
        fits = first[i] >= 0 && first[i] < last[i] && last[i] <= words && canonical[i] >= 0 && canonical[i] < phrases.n;
    for (Py_ssize_t i = 0; i < n && fits; i++) {
        if (i + AHEAD < n)
            PREFETCH(&phrases.begins[canonical[i + AHEAD]]);
        fits = size_of(&phrases, canonical[i]) > 0 && size_of(&phrases, canonical[i]) <= longest;
    }
    int64_t *work = fits ? malloc((size_t)room * (WORK * sizeof(int64_t) + sizeof(int32_t) + sizeof(float))) : NULL;
    if (work == NULL) {
        release(&b);
        if (!fits)
            PyErr_SetString(PyExc_ValueError, "score: no such words, or no such candidates");
        return fits ? PyErr_NoMemory() : NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    float *logprob = (float *)(work + WORK * room);
    int32_t *sequences = (int32_t *)(logprob + room), sizes[BATCH];
    uint8_t alike[BATCH];
    for (Py_ssize_t from = 0; from < n; from += BATCH) {
        Py_ssize_t to = from + BATCH < n ? from + BATCH : n;
        int32_t *word = sequences, *word_before = sequences;
        for (Py_ssize_t i = from; i < to; i++) {
            int32_t one = canonical[i], low = first[i], high = last[i], soon = canonical[i + AHEAD < n ? i + AHEAD : i];
            PREFETCH(&unigram[soon]);
            PREFETCH(words_of(&phrases, soon));
            const int32_t *candidate = words_of(&phrases, one);
            int32_t size = size_of(&phrases, one);
            if (size > 1) { /* a neighbouring word that the candidate would double is covered, too */
                int32_t opening = candidate[0], closing = candidate[size - 1];
                int before = doubles[low] & DOUBLES_BEFORE && stream[at[low] - 1] == opening && stream[at[low]] != opening;
                int after = doubles[high] & DOUBLES_AFTER && stream[at[high - 1] + 1] == closing && stream[at[high - 1]] != closing;
                low -= before;
                high += after && !possessive[i];
            }
            first[i] = low;
            last[i] = high;
            int64_t before = at[low], after = at[high - 1] + 1;
            double bare = total_unigram[after] - total_unigram[before];
            out_unigram[i] = (float)((double)unigram[one] - bare);
            alone[i] = (float)((total[after] - total[before]) - bare);
            int32_t previous = stream[before - 1];
            if (previous == a || previous == an)
                previous = takes_an[one] ? an : a;
            int32_t *own = word;
            *word++ = stream[before - 2];
            *word++ = previous;
            memcpy(word, candidate, (size_t)size * sizeof(int32_t));
            word += size;
            if (possessive[i])
                word[-1] = possessive_of[candidate[size - 1]];
            *word++ = stream[after];
            *word++ = stream[after + 1];
            sizes[i - from] = size + 2 * CONTEXT;
            alike[i - from] = i > from && !memcmp(own, word_before, 2 * sizeof(int32_t)) && !memcmp(word - 2, own - 2, 2 * sizeof(int32_t));
            word_before = own;
        }
        chain_all(&model, sequences, to - from, sizes, 0, alike, work, logprob);
        const float *next = logprob;
        for (Py_ssize_t i = from; i < to; i++) {
            float sum = *next++;
            for (int32_t k = 1; k < sizes[i - from] - CONTEXT; k++)
                sum += *next++;
            lm[i] = (float)((double)sum - (total[at[last[i] - 1] + 1 + CONTEXT] - total[at[first[i]]]));
        }
    }
    Py_END_ALLOW_THREADS
    free(work);
    release(&b);
    Py_RETURN_NONE;
}

typedef struct {
    int32_t oldest, middle; /* the last two words */
    int32_t next;           /* state at the same position, -1 at the last */
    int32_t incoming, last_incoming, outgoing, last_outgoing;
    double alpha, beta, value;
    int32_t through; /* edge of the best path */
} State;

typedef struct {
    int32_t source, target, arc, query, queries;
    int32_t next_in, next_out;
    double weight;
} Edge;

/* What an island is built in; the arrays grow as they must. */
typedef struct {
    State *states;
    Edge *edges;
    int32_t *queries; /* three words each, the oldest first */
    int32_t *heads, *tails; /* the first and the last state of each position */
    int64_t *work;
    float *logprob;
    Py_ssize_t n_states, n_edges, n_queries, room_states, room_edges, room_queries, room_positions, room_work;
} Island;

static int grow(void **array, Py_ssize_t *room, Py_ssize_t wanted, size_t size) {
    if (wanted <= *room)
        return 0;
    Py_ssize_t more = wanted * 2 + 64;
    void *grown = realloc(*array, (size_t)more * size);
    if (grown == NULL)
        return -1;
    *array = grown;
    *room = more;
    return 0;
}

static void free_island(Island *island) {
    free(island->states);
    free(island->edges);
    free(island->queries);
    free(island->heads);
    free(island->tails);
    free(island->work);
    free(island->logprob);
}

/* The state of a position with these last words, a new one if there is none; -1 without memory. */
static int32_t state_at(Island *island, Py_ssize_t position, int32_t oldest, int32_t middle) {
    for (int32_t s = island->heads[position]; s >= 0; s = island->states[s].next)
        if (island->states[s].oldest == oldest && island->states[s].middle == middle)
            return s;
    if (grow((void **)&island->states, &island->room_states, island->n_states + 1, sizeof(State)) < 0)
        return -1;
    int32_t s = (int32_t)island->n_states++;
    island->states[s] = (State){oldest, middle, -1, -1, -1, -1, -1, -INFINITY, -INFINITY, -INFINITY, -1};
    if (island->tails[position] < 0)
        island->heads[position] = s;
    else
        island->states[island->tails[position]].next = s;
    island->tails[position] = s;
    return s;
}

/* An edge from a state over words to a position; `arc` is -1 for the text as it stands, and `prior` is added to its weight. */
static int add_edge(Island *island, int32_t source, Py_ssize_t position, int32_t arc, double prior, const int32_t *words, int32_t n) {
    if (grow((void **)&island->queries, &island->room_queries, 3 * (island->n_queries + n), sizeof(int32_t)) < 0 ||
        grow((void **)&island->edges, &island->room_edges, island->n_edges + 1, sizeof(Edge)) < 0)
        return -1;
    int32_t oldest = island->states[source].oldest, middle = island->states[source].middle;
    for (int32_t k = 0; k < n; k++) {
        int32_t *query = island->queries + 3 * (island->n_queries + k);
        query[0] = oldest;
        query[1] = middle;
        query[2] = words[k];
        oldest = middle;
        middle = words[k];
    }
    int32_t target = state_at(island, position, oldest, middle), e = (int32_t)island->n_edges++;
    if (target < 0)
        return -1;
    island->edges[e] = (Edge){source, target, arc, (int32_t)island->n_queries, n, -1, -1, prior};
    island->n_queries += n;
    State *from = &island->states[source], *to = &island->states[target];
    if (from->last_outgoing < 0)
        from->outgoing = e;
    else
        island->edges[from->last_outgoing].next_out = e;
    from->last_outgoing = e;
    if (to->last_incoming < 0)
        to->incoming = e;
    else
        island->edges[to->last_incoming].next_in = e;
    to->last_incoming = e;
    return 0;
}

/* ln of the sum of what e^(state + weight) is over the edges into a state, or out of it. */
static double log_sum(const Island *island, const State *state, int out) {
    double highest = -INFINITY, sum = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t e = out ? state->outgoing : state->incoming; e >= 0;) {
            const Edge *edge = &island->edges[e];
            double value = out ? edge->weight + island->states[edge->target].beta : island->states[edge->source].alpha + edge->weight;
            if (pass == 0 && value > highest)
                highest = value;
            if (pass == 1)
                sum += exp(value - highest);
            e = out ? edge->next_out : edge->next_in;
        }
        if (highest == -INFINITY)
            return highest;
    }
    return highest + log(sum);
}

static void solve_island(Island *island, Py_ssize_t positions, double *posterior, uint8_t *best) {
    State *states = island->states;
    Edge *edges = island->edges;
    for (Py_ssize_t position = 0; position < positions; position++)
        for (int32_t s = island->heads[position]; s >= 0; s = states[s].next) {
            states[s].alpha = s == 0 ? 0.0 : log_sum(island, &states[s], 0);
            states[s].value = s == 0 ? 0.0 : -INFINITY;
            for (int32_t e = states[s].incoming; e >= 0; e = edges[e].next_in)
                if (states[edges[e].source].value + edges[e].weight > states[s].value) {
                    states[s].value = states[edges[e].source].value + edges[e].weight;
                    states[s].through = e;
                }
        }
    int32_t final = island->heads[positions - 1];
    for (Py_ssize_t position = positions - 1; position >= 0; position--)
        for (int32_t s = island->heads[position]; s >= 0; s = states[s].next)
            states[s].beta = s == final ? 0.0 : log_sum(island, &states[s], 1);
    for (Py_ssize_t e = 0; e < island->n_edges; e++)
        if (edges[e].arc >= 0)
            posterior[edges[e].arc] += exp(states[edges[e].source].alpha + edges[e].weight + states[edges[e].target].beta - states[final].alpha);
    for (int32_t e = states[final].through; e >= 0; e = states[edges[e].source].through)
        if (edges[e].arc >= 0)
            best[edges[e].arc] = 1;
}

PyDoc_STRVAR(islands_doc,
             "islands(the buffers of a model, stream int32, at int64, first int32, last int32, canonical int32, owner int32, ids int32,\n"
             "begins int32, prior float64, groups int32, members int32, posterior float64 out, best uint8 out, weight, most): the posterior of each arc that is a member of a group, and whether it is on the best path; see `unspin.decoding.search`.\n"
             "The arcs of group g are groups[g]:groups[g + 1] of `members`, `weight` is that of the model, and `most` states of a position\n"
             "are followed. `owner` is the id that the last word of an arc's candidate has there, with 's, or -1.");

static PyObject *islands(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 18, "islands") < 0)
        return NULL;
    double weight = PyFloat_AsDouble(args[16]);
    Py_ssize_t most = PyLong_AsSsize_t(args[17]);
    if (PyErr_Occurred() || acquire(&b, args, 16, 2) < 0)
        return NULL;
    Model model = model_of(b.list);
    const int32_t *stream = b.list[3].buf, *first = b.list[5].buf, *last = b.list[6].buf, *canonical = b.list[7].buf;
    const int64_t *at = b.list[4].buf;
    const int32_t *owner = b.list[8].buf, *groups = b.list[12].buf, *members = b.list[13].buf;
    int32_t with_owner[LONGEST];
    Phrases phrases = phrases_of(&b.list[9]);
    const double *prior = b.list[11].buf;
    double *posterior = b.list[14].buf;
    uint8_t *best = b.list[15].buf;
    Py_ssize_t n_groups = b.list[12].len / (Py_ssize_t)sizeof(int32_t) - 1;
    Island island = {0};
    int failed = 0;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t g = 0; g < n_groups && !failed; g++) {
        const int32_t *group = members + groups[g];
        int32_t n = groups[g + 1] - groups[g], low = first[group[0]], high = last[group[0]];
        for (int32_t k = 1; k < n; k++) {
            low = first[group[k]] < low ? first[group[k]] : low;
            high = last[group[k]] > high ? last[group[k]] : high;
        }
        Py_ssize_t positions = high - low + 2, room = island.room_positions;
        island.n_states = island.n_edges = island.n_queries = 0;
        failed = grow((void **)&island.heads, &room, positions, sizeof(int32_t)) < 0 ||
                 grow((void **)&island.tails, &island.room_positions, positions, sizeof(int32_t)) < 0;
        for (Py_ssize_t position = 0; position < positions && !failed; position++)
            island.heads[position] = island.tails[position] = -1;
        failed = failed || state_at(&island, 0, stream[at[low] - 2], stream[at[low] - 1]) < 0;
        for (int32_t position = low; position < high && !failed; position++) {
            Py_ssize_t followed = 0;
            for (int32_t s = island.heads[position - low]; s >= 0 && followed++ < most && !failed; s = island.states[s].next) {
                failed = add_edge(&island, s, position + 1 - low, -1, 0.0, &stream[at[position]], 1) < 0;
                for (int32_t k = 0; k < n && !failed; k++) {
                    int32_t arc = group[k];
                    if (first[arc] != position)
                        continue;
                    const int32_t *words = words_of(&phrases, canonical[arc]);
                    int32_t size = size_of(&phrases, canonical[arc]);
                    if (owner[arc] >= 0 && size <= LONGEST) {
                        memcpy(with_owner, words, (size_t)size * sizeof(int32_t));
                        with_owner[size - 1] = owner[arc];
                        words = with_owner;
                    }
                    failed = add_edge(&island, s, last[arc] - low, arc, prior[arc], words, size) < 0;
                }
            }
        }
        int32_t final = -1;
        for (int32_t s = failed ? -1 : island.heads[high - low]; s >= 0 && !failed; s = island.states[s].next) {
            const int32_t *after = &stream[at[high - 1] + 1];
            Py_ssize_t edge = island.n_edges;
            /* whatever the last words were, all paths meet in one state */
            failed = add_edge(&island, s, positions - 1, -1, 0.0, after, 2) < 0;
            final = failed ? -1 : island.edges[edge].target;
        }
        failed = failed || final < 0 ||
                 grow((void **)&island.work, &island.room_work, 3 * WORK * (island.n_queries + 1), sizeof(int64_t)) < 0;
        float *logprob = failed ? NULL : realloc(island.logprob, (size_t)(island.n_queries + 1) * sizeof(float));
        failed = failed || logprob == NULL;
        if (failed)
            break;
        island.logprob = logprob;
        chain_all(&model, island.queries, island.n_queries, NULL, 3, NULL, island.work, island.logprob);
        for (Py_ssize_t e = 0; e < island.n_edges; e++) {
            double sum = 0.0;
            for (int32_t k = 0; k < island.edges[e].queries; k++)
                sum += (double)island.logprob[island.edges[e].query + k];
            island.edges[e].weight += weight * sum;
        }
        solve_island(&island, positions, posterior, best);
    }
    Py_END_ALLOW_THREADS
    free_island(&island);
    release(&b);
    if (failed)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* Where it helps, a function is compiled for newer processors, too, and the best is chosen when it is first called. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define ALSO_WIDER __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef ALSO_WIDER
#define ALSO_WIDER
#endif

/* An inner node of a tree: its feature and the number of its threshold, and where the way goes on if the feature is not above it, and if
it is. A tree's leaves have the numbers below LEAVES, its inner nodes those from there on. */
typedef struct {
    uint8_t feature;
    int8_t threshold;
    uint8_t left, right;
} Node;

#define LEAVES 128 /* INNER of `unspin.decoding.calibration` */
#define FEATURES 256
#define ABREAST 32 /* rows that are led through the trees side by side */

/* How many of some thresholds, in rising order, each number is above, less LEAVES. */
static inline void count_below(const float *numbers, const float *thresholds, int32_t n, int8_t *counts) {
    int32_t at[ABREAST] = {0};
    for (; n > 1; n -= n / 2)
        for (int k = 0; k < ABREAST; k++)
            at[k] += n / 2 & -(int32_t)(numbers[k] > thresholds[at[k] + n / 2 - 1]);
    for (int k = 0; k < ABREAST; k++)
        counts[k] = (int8_t)(at[k] + (n > 0 && numbers[k] > thresholds[at[k]]) - LEAVES);
}

/* Adds the leaves that some rows reach, of whose features these are the counts. */
ALSO_WIDER static void lead(const Node *nodes, const int32_t *begins, Py_ssize_t trees, const float *value, const int32_t *first_leaf,
                            const int8_t (*counts)[ABREAST], double *sum) {
    uint8_t reached[2 * LEAVES][ABREAST]; /* by node: the leaf that is reached from there */
    for (int leaf = 0; leaf < LEAVES; leaf++)
        memset(reached[leaf], leaf, ABREAST);
    for (Py_ssize_t tree = 0; tree < trees; tree++) {
        uint8_t *restrict to = reached[begins[tree] < begins[tree + 1] ? LEAVES - 1 : 0];
        for (int32_t i = begins[tree]; i < begins[tree + 1]; i++) {
            const uint8_t *left = reached[nodes[i].left], *right = reached[nodes[i].right];
            const int8_t *count = counts[nodes[i].feature], threshold = nodes[i].threshold;
            to += ABREAST;
            for (int k = 0; k < ABREAST; k++) { /* without a branch, so that all rows are done at once */
                uint8_t one = left[k], other = right[k];
                to[k] = count[k] > threshold ? other : one;
            }
        }
        for (int k = 0; k < ABREAST; k++)
            sum[k] += value[first_leaf[tree] + to[k]];
    }
}

PyDoc_STRVAR(leaves_doc,
             "leaves(nodes, begins int32, value float32, first_leaf int32, thresholds float32, cuts int32, evidence float32, out float64): the\n"
             "sum of the leaves that each row of evidence reaches, one leaf in each tree. See `_laid_out` of `unspin.decoding.calibration`.");

static PyObject *leaves(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 8, "leaves") < 0 || acquire(&b, args, 8, 1) < 0)
        return NULL;
    const int32_t *begins = b.list[1].buf, *first_leaf = b.list[3].buf, *cuts = b.list[5].buf;
    const float *value = b.list[2].buf, *thresholds = b.list[4].buf, *evidence = b.list[6].buf;
    double *out = b.list[7].buf;
    Py_ssize_t rows = b.list[7].len / (Py_ssize_t)sizeof(double), trees = b.list[3].len / (Py_ssize_t)sizeof(int32_t);
    Py_ssize_t columns = rows ? b.list[6].len / (Py_ssize_t)sizeof(float) / rows : 0;
    Py_ssize_t features = b.list[5].len / (Py_ssize_t)sizeof(int32_t) - 1;
    if (features > FEATURES || (rows > 0 && features > columns)) {
        release(&b);
        PyErr_SetString(PyExc_ValueError, "leaves: no such features");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t row = 0; row < rows; row += ABREAST) {
        int8_t counts[FEATURES][ABREAST];
        for (Py_ssize_t feature = 0; feature < features; feature++) {
            float numbers[ABREAST];
            for (int k = 0; k < ABREAST; k++)
                numbers[k] = evidence[(row + k < rows ? row + k : row) * columns + feature];
            count_below(numbers, thresholds + cuts[feature], cuts[feature + 1] - cuts[feature], counts[feature]);
        }
        double sum[ABREAST] = {0.0};
        lead(b.list[0].buf, begins, trees, value, first_leaf, counts, sum);
        memcpy(out + row, sum, (size_t)(rows - row < ABREAST ? rows - row : ABREAST) * sizeof(double));
    }
    Py_END_ALLOW_THREADS
    release(&b);
    Py_RETURN_NONE;
}

#define MARK 0 /* stands for the hash of what is no word */

/* The hash of a word in a vocabulary table (FNV-1a, 64 bits, never -1). */
static inline int64_t word_hash(const uint8_t *word, Py_ssize_t size) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (Py_ssize_t i = 0; i < size; i++)
        hash = (hash ^ word[i]) * UINT64_C(1099511628211);
    return (int64_t)(hash >> 1);
}

PyDoc_STRVAR(hash_lines_doc, "hash_lines(text bytes, hashes int64 out): the hash of each line, by which `look` knows a word.");

static PyObject *hash_lines(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 2, "hash_lines") < 0 || acquire(&b, args, 2, 1) < 0)
        return NULL;
    const uint8_t *text = b.list[0].buf, *end = text + b.list[0].len;
    int64_t *out = b.list[1].buf;
    Py_ssize_t n = b.list[1].len / (Py_ssize_t)sizeof(int64_t);
    for (Py_ssize_t i = 0; i < n && text <= end; i++) {
        const uint8_t *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        out[i] = word_hash(text, stop - text);
        text = stop + 1;
    }
    release(&b);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(number_doc, "number(table int64, values int32, text): the value of a text, by its hash, -1 if it is absent.");

static PyObject *number(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 3, "number") < 0)
        return NULL;
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(args[2], &size);
    if (text == NULL || acquire(&b, args, 2, 0) < 0)
        return NULL;
    Table table = table_of(&b.list[0]);
    int64_t hash = word_hash((const uint8_t *)text, size), slot = find_from(table, hash, home(table, hash));
    int32_t value = slot >= 0 ? ((const int32_t *)b.list[1].buf)[slot] : -1;
    release(&b);
    return PyLong_FromLong(value);
}

static int64_t join(int64_t prefix, int64_t word) {
    return (int64_t)(((uint64_t)prefix * MULTIPLIER + (uint64_t)word) >> 1);
}

PyDoc_STRVAR(prefixes_doc,
             "prefixes(text bytes, hashes int64 out, line int32 out): for each line, words divided by blanks, the hashes of its first two words,\n"
             "three words and so on, and the number of the line where that is the whole of it, else -1; returns how many there are.");

static PyObject *prefixes(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 3, "prefixes") < 0 || acquire(&b, args, 3, 2) < 0)
        return NULL;
    const uint8_t *text = b.list[0].buf;
    Py_ssize_t size = b.list[0].len, n = 0, words = 0, first = 0;
    int64_t *out = b.list[1].buf, hash = 0;
    int32_t *whole = b.list[2].buf, line = 0;
    for (Py_ssize_t i = 0; i <= size; i++) {
        if (i < size && text[i] != ' ' && text[i] != '\n')
            continue;
        hash = words == 0 ? word_hash(text + first, i - first) : join(hash, word_hash(text + first, i - first));
        first = i + 1;
        int ends = i == size || text[i] == '\n';
        if (words++ > 0) {
            out[n] = hash;
            whole[n++] = ends ? line : -1;
        }
        if (ends) {
            words = 0;
            line++;
        }
    }
    release(&b);
    return PyLong_FromSsize_t(n);
}

/* `[^\W\d_]`, `\d` of Python's regular expressions. */
static inline int is_letter(Py_UCS4 c) {
    return c < 128 ? (c | 32) >= 'a' && (c | 32) <= 'z' : Py_UNICODE_ISALNUM(c) && !Py_UNICODE_ISDECIMAL(c);
}

/* Accents that are written apart, as in decomposed Unicode. */
static inline int is_accent(Py_UCS4 c) { return c >= 0x300 && c <= 0x36F; }

static inline int is_letter_or_accent(Py_UCS4 c) { return is_letter(c) || is_accent(c); }

/* Apostrophes, and what nobody sees: a soft hyphen, and what parts or joins words without a blank. */
static inline int joins_letters(Py_UCS4 c) {
    return c == '\'' || c == 0x2019 || c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF;
}

static inline int belongs_to_word(Py_UCS4 c) { return Py_UNICODE_ISALNUM(c) || c == '_' || is_accent(c) || joins_letters(c); }

static inline int is_decimal(Py_UCS4 c) { return c < 128 ? c >= '0' && c <= '9' : Py_UNICODE_ISDECIMAL(c); }

#define AT(k) PyUnicode_READ(kind, data, k)
#define SKIP(k, is) while ((k) < stop && is(AT(k))) (k)++

/* Where underscores and the letters or digits behind them end; `i` itself if there are none. */
static Py_ssize_t identifier_end(int kind, const void *data, Py_ssize_t i, Py_ssize_t stop) {
    Py_ssize_t letters = i;
    while (letters < stop && AT(letters) == '_')
        letters++;
    Py_ssize_t end = letters;
    if (letters > i)
        SKIP(end, Py_UNICODE_ISALNUM);
    return end > letters ? end : i;
}

/* Where the word that begins at `i` ends, by the rules of `unspin.document.WORD`; `i` itself if none does. */
static Py_ssize_t word_end(int kind, const void *data, Py_ssize_t i, Py_ssize_t stop) {
    if (is_letter(AT(i))) {
        Py_ssize_t end = i;
        while (end + 1 < stop && is_letter(AT(end)) && AT(end + 1) == '.')
            end += 2;
        int last = end > i && end < stop && is_letter(AT(end)) && (end + 1 == stop || !belongs_to_word(AT(end + 1))); /* p.c */
        if (end - i + 2 * last >= 4) /* U.S. */
            return end + last;
        end = i;
        SKIP(end, is_letter_or_accent);
        for (;;) {
            if (end + 1 < stop && joins_letters(AT(end)) && is_letter(AT(end + 1))) {
                end++;
                SKIP(end, is_letter_or_accent);
                continue;
            }
            Py_ssize_t further = identifier_end(kind, data, end, stop);
            if (further == end)
                return end;
            end = further;
        }
    }
    if (is_decimal(AT(i))) {
        Py_ssize_t end = i;
        SKIP(end, is_decimal);
        while (end + 1 < stop && AT(end) < 128 && strchr(".,:/", (int)AT(end)) && AT(end) != 0 && is_decimal(AT(end + 1))) {
            end++;
            SKIP(end, is_decimal);
        }
        if (end < stop && is_letter(AT(end)))
            SKIP(end, is_letter_or_accent);
        for (Py_ssize_t further; (further = identifier_end(kind, data, end, stop)) > end;)
            end = further;
        return end;
    }
    return i;
}
#undef AT
#undef SKIP

static int append(PyObject *list, PyObject *item) {
    int failed = item == NULL || PyList_Append(list, item) < 0;
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

/* The key of a word: in lower case, with straight apostrophes. */
static PyObject *key_of(PyObject *text, int kind, const void *data, Py_ssize_t start, Py_ssize_t end) {
    Py_ssize_t size = end - start;
    Py_UCS1 plain[64];
    Py_ssize_t k = 0;
    while (k < size && k < (Py_ssize_t)sizeof(plain)) {
        Py_UCS4 c = PyUnicode_READ(kind, data, start + k);
        if (c == 0x2019)
            c = '\'';
        if (c >= 128)
            break;
        plain[k++] = (Py_UCS1)(c >= 'A' && c <= 'Z' ? c | 32 : c);
    }
    if (k == size)
        return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, plain, size);
    PyObject *word = PyUnicode_Substring(text, start, end);
    PyObject *lower = word == NULL ? NULL : PyObject_CallMethod(word, "lower", NULL);
    PyObject *key = lower == NULL ? NULL : PyObject_CallMethod(lower, "replace", "ss", "\xe2\x80\x99", "'");
    Py_XDECREF(word);
    Py_XDECREF(lower);
    return key;
}

PyDoc_STRVAR(tokens_doc,
             "tokens(text, start, stop, starts list, ends list, keys list): append the words that `unspin.document.WORD` finds between\n"
             "start and stop, with keys in lower case.");

static PyObject *tokens(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    if (arity(n_args, 6, "tokens") < 0)
        return NULL;
    PyObject *text = args[0];
    if (!PyUnicode_Check(text) || !PyList_Check(args[3]) || !PyList_Check(args[4]) || !PyList_Check(args[5])) {
        PyErr_SetString(PyExc_TypeError, "tokens takes a text, two numbers and three lists");
        return NULL;
    }
    Py_ssize_t i = PyLong_AsSsize_t(args[1]), stop = PyLong_AsSsize_t(args[2]);
    if (PyErr_Occurred())
        return NULL;
    if (i < 0)
        i = 0;
    if (stop > PyUnicode_GET_LENGTH(text))
        stop = PyUnicode_GET_LENGTH(text);
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    while (i < stop) {
        Py_ssize_t end = word_end(kind, data, i, stop);
        if (end == i) {
            i++;
            continue;
        }
        if (append(args[3], PyLong_FromSsize_t(i)) < 0 || append(args[4], PyLong_FromSsize_t(end)) < 0 ||
            append(args[5], key_of(text, kind, data, i, end)) < 0)
            return NULL;
        i = end;
    }
    Py_RETURN_NONE;
}

enum { OPENS_WITH_CAPITAL = 1, SHOUTED = 2, OWNER = 4, STOPPED = 8, JOINED = 16, OPENS_WITH_DIGIT = 32, BOUND_BEFORE = 64, BOUND_BEHIND = 128 };
/* as in `unspin.document` */

static uint8_t marks_of(int kind, const void *data, Py_ssize_t start, Py_ssize_t end, Py_ssize_t next) {
#define AT(k) PyUnicode_READ(kind, data, k)
    uint8_t marks = 0;
    int upper = 0, other = end - start < 2;
    for (Py_ssize_t k = start; k < end && !other; k++) {
        other = Py_UNICODE_ISLOWER(AT(k)) || Py_UNICODE_ISTITLE(AT(k));
        upper |= Py_UNICODE_ISUPPER(AT(k));
    }
    marks |= Py_UNICODE_ISUPPER(AT(start)) ? OPENS_WITH_CAPITAL : 0;
    marks |= Py_UNICODE_ISDIGIT(AT(start)) ? OPENS_WITH_DIGIT : 0;
    marks |= upper && !other ? SHOUTED : 0;
    marks |= end - start > 1 && (AT(end - 1) | 32) == 's' && (AT(end - 2) == '\'' || AT(end - 2) == 0x2019) ? OWNER : 0;
    marks |= AT(end - 1) == '.' ? STOPPED : 0;
    if (next <= end)
        return marks;
    int blank = 1, lines = 0;
    for (Py_ssize_t k = end; k < next && blank; k++) {
        blank = Py_UNICODE_ISSPACE(AT(k));
        lines += AT(k) == '\n';
    }
    marks |= (blank && lines < 2) || (next == end + 1 && AT(end) == '-') ? JOINED : 0;
    return marks;
#undef AT
}

/* Whether a hyphen stands in a place, and none in the place beyond: two are a dash. */
static int is_hyphen(int kind, const void *data, Py_ssize_t size, Py_ssize_t at, Py_ssize_t beyond) {
    if (at < 0 || at >= size || PyUnicode_READ(kind, data, at) != '-')
        return 0;
    return beyond < 0 || beyond >= size || PyUnicode_READ(kind, data, beyond) != '-';
}

/* Checks that the first arguments are a text and two lists, where its words begin and end; 0, or -1 with TypeError. */
static int words_in(PyObject *const *args, const char *name) {
    if (PyUnicode_Check(args[0]) && PyList_Check(args[1]) && PyList_Check(args[2]))
        return 0;
    PyErr_Format(PyExc_TypeError, "%s takes a text, two lists and arrays", name);
    return -1;
}

PyDoc_STRVAR(marks_doc, "marks(text, starts list, ends list, marks uint8 out): see `unspin.document._marks`.");

static PyObject *marks(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 4, "marks") < 0 || words_in(args, "marks") < 0 || acquire(&b, args + 3, 1, 1) < 0)
        return NULL;
    Py_ssize_t n = b.list[0].len, size = PyUnicode_GET_LENGTH(args[0]);
    int kind = PyUnicode_KIND(args[0]);
    const void *data = PyUnicode_DATA(args[0]);
    uint8_t *out = b.list[0].buf;
    if (n > PyList_GET_SIZE(args[1]) || n > PyList_GET_SIZE(args[2]))
        n = 0;
    Py_ssize_t start = n ? PyLong_AsSsize_t(PyList_GET_ITEM(args[1], 0)) : 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t end = PyLong_AsSsize_t(PyList_GET_ITEM(args[2], i));
        Py_ssize_t next = i + 1 < n ? PyLong_AsSsize_t(PyList_GET_ITEM(args[1], i + 1)) : end;
        if (start < 0 || end <= start || end > size || next > size) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "marks: no such words in the text");
            release(&b);
            return NULL;
        }
        out[i] = marks_of(kind, data, start, end, next);
        out[i] |= is_hyphen(kind, data, size, start - 1, start - 2) ? BOUND_BEFORE : 0;
        out[i] |= is_hyphen(kind, data, size, end, end + 1) ? BOUND_BEHIND : 0;
        start = next;
    }
    release(&b);
    Py_RETURN_NONE;
}

enum { ODD, LOWER, CAPITAL_FIRST, MIXED }; /* as in `unspin.rewriting` */

static int binds(Py_UCS4 c) { return c == '-' || c == '\'' || c == 0x2019; }

/* What the [start, end) of a text consists of; see `forms` of `unspin.rewriting`. */
static uint8_t form_of(int kind, const void *data, Py_ssize_t size, Py_ssize_t start, Py_ssize_t end) {
    if ((start > 0 && PyUnicode_READ(kind, data, start - 1) == '-') || (end < size && binds(PyUnicode_READ(kind, data, end))))
        return ODD;
    Py_ssize_t small = 0, capitals = 0, blanks = 0;
    Py_UCS4 before = ' ';
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c == ' ' && before == ' ')
            return ODD;
        small += c >= 'a' && c <= 'z';
        capitals += c >= 'A' && c <= 'Z';
        blanks += c == ' ';
        before = c;
    }
    if (small + capitals + blanks < end - start || small == 0 || before == ' ')
        return ODD;
    Py_UCS4 first = PyUnicode_READ(kind, data, start);
    return capitals == 0 ? LOWER : capitals == 1 && blanks == 0 && first <= 'Z' ? CAPITAL_FIRST : MIXED;
}

PyDoc_STRVAR(forms_doc, "forms(text, starts list, ends list, first int32, last int32, possessive bool, out uint8): see `unspin.rewriting`.");

static PyObject *forms(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 7, "forms") < 0 || words_in(args, "forms") < 0 || acquire(&b, args + 3, 4, 1) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf, *last = b.list[1].buf;
    const uint8_t *possessive = b.list[2].buf;
    uint8_t *out = b.list[3].buf;
    Py_ssize_t n = b.list[3].len, size = PyUnicode_GET_LENGTH(args[0]), words = PyList_GET_SIZE(args[1]);
    int kind = PyUnicode_KIND(args[0]);
    const void *data = PyUnicode_DATA(args[0]);
    int fits = PyList_GET_SIZE(args[2]) == words;
    for (Py_ssize_t i = 0; i < n && fits; i++) {
        fits = first[i] >= 0 && first[i] < last[i] && last[i] <= words;
        Py_ssize_t start = fits ? PyLong_AsSsize_t(PyList_GET_ITEM(args[1], first[i])) : -1;
        Py_ssize_t end = fits ? PyLong_AsSsize_t(PyList_GET_ITEM(args[2], last[i] - 1)) : -1;
        fits = start >= 0 && start < end && end <= size;
        if (fits)
            out[i] = possessive[i] ? ODD : form_of(kind, data, size, start, end);
    }
    release(&b);
    if (!fits) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "forms: no such words in the text");
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(hash_words_doc, "hash_words(words list, hashes int64 out): the hash of each word, as `hash_lines` gives it.");

static PyObject *hash_words(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 2, "hash_words") < 0)
        return NULL;
    if (!PyList_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "hash_words takes a list");
        return NULL;
    }
    if (acquire(&b, args + 1, 1, 1) < 0)
        return NULL;
    int64_t *out = b.list[0].buf;
    Py_ssize_t n = b.list[0].len / (Py_ssize_t)sizeof(int64_t);
    for (Py_ssize_t i = 0; i < n && i < PyList_GET_SIZE(args[0]); i++) {
        Py_ssize_t size;
        const char *word = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(args[0], i), &size);
        if (word == NULL) {
            release(&b);
            return NULL;
        }
        out[i] = word_hash((const uint8_t *)word, size);
    }
    release(&b);
    Py_RETURN_NONE;
}

/* Numbers things by what they are equal in: open addressing over the indices of the first of each kind. */
typedef struct {
    int64_t *first; /* by slot, -1 in the free ones */
    uint64_t mask;
    int shift;
} Kinds;

static int kinds_for(Kinds *kinds, Py_ssize_t n) {
    int bits = 4;
    while (((Py_ssize_t)1 << bits) < 2 * n)
        bits++;
    *kinds = (Kinds){malloc(((size_t)1 << bits) * sizeof(int64_t)), (UINT64_C(1) << bits) - 1, 64 - bits};
    if (kinds->first == NULL)
        return -1;
    memset(kinds->first, 0xff, ((size_t)1 << bits) * sizeof(int64_t));
    return 0;
}

/* The slot of a key among those of `keys`: a free one, or that of the first with this key. */
static inline uint64_t kind_of(const Kinds *kinds, const int64_t *keys, int64_t key) {
    uint64_t slot = ((uint64_t)key * MULTIPLIER) >> kinds->shift;
    while (kinds->first[slot] >= 0 && keys[kinds->first[slot]] != key)
        slot = (slot + 1) & kinds->mask;
    return slot;
}

PyDoc_STRVAR(repeated_doc,
             "repeated(keys int64, repeated bool out, reach): which keys stand among the same ones, so many on either side, as an earlier one.");

static PyObject *repeated(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 3, "repeated") < 0)
        return NULL;
    Py_ssize_t reach = PyLong_AsSsize_t(args[2]);
    if (PyErr_Occurred() || acquire(&b, args, 2, 1) < 0)
        return NULL;
    const int64_t *keys = b.list[0].buf;
    uint8_t *out = b.list[1].buf;
    Py_ssize_t n = b.list[1].len;
    int64_t *windows = malloc(((size_t)n + 1) * sizeof(int64_t));
    Kinds kinds = {NULL, 0, 0};
    if (windows == NULL || kinds_for(&kinds, n) < 0) {
        free(windows);
        release(&b);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        uint64_t window = 0;
        for (Py_ssize_t k = i - reach; k <= i + reach; k++)
            window = window * MULTIPLIER + (k >= 0 && k < n ? (uint64_t)keys[k] : 0);
        windows[i] = (int64_t)window;
        int64_t *first = &kinds.first[kind_of(&kinds, windows, windows[i])];
        out[i] = *first >= 0;
        if (*first < 0)
            *first = i;
    }
    free(windows);
    free(kinds.first);
    release(&b);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(numbered_doc, "numbered(keys int64, numbers int64 out): a number for each key, in the order in which keys are first met.");

static PyObject *numbered(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 2, "numbered") < 0 || acquire(&b, args, 2, 1) < 0)
        return NULL;
    const int64_t *keys = b.list[0].buf;
    int64_t *numbers = b.list[1].buf, found = 0;
    Py_ssize_t n = b.list[1].len / (Py_ssize_t)sizeof(int64_t);
    Kinds kinds;
    if (kinds_for(&kinds, n) < 0) {
        release(&b);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        uint64_t slot = kind_of(&kinds, keys, keys[i]);
        numbers[i] = kinds.first[slot] < 0 ? found++ : numbers[kinds.first[slot]];
        if (kinds.first[slot] < 0)
            kinds.first[slot] = i;
    }
    free(kinds.first);
    release(&b);
    Py_RETURN_NONE;
}

/* What lists spun phrases: the groups of all by the hash of the text, and of those of several words by that of their `prefixes`, with -1
where but the beginning of one ends. */
typedef struct {
    Table texts, prefixes;
    const int32_t *groups, *group;
} Listing;

static inline int32_t group_at(Table table, const int32_t *groups, int64_t hash) {
    int64_t slot = find_from(table, hash, home(table, hash));
    return slot >= 0 ? groups[slot] : -1;
}

typedef struct {
    int32_t first, last, group;
} Span;

/* The spans of several words that are listed, which begin at a word; at most `longest`. */
static Py_ssize_t phrases_from(const Listing *listing, const int64_t *hashes, const uint8_t *marks, Py_ssize_t n, Py_ssize_t i,
                               Py_ssize_t longest, Span *out) {
    int64_t hash = hashes[i];
    Py_ssize_t found = 0;
    for (Py_ssize_t k = i + 1; k < n && k < i + longest && marks[k - 1] & JOINED; k++) {
        hash = join(hash, hashes[k]);
        int64_t slot = find_from(listing->prefixes, hash, home(listing->prefixes, hash));
        if (slot < 0)
            break;
        if (listing->group[slot] >= 0)
            out[found++] = (Span){(int32_t)i, (int32_t)k + 1, listing->group[slot]};
    }
    return found;
}

/* The word `last`, which ends in 's, without that, and the listed spans that end with it; at most `longest`. -1 with an exception set. */
static Py_ssize_t owners_at(const Listing *listing, const int64_t *hashes, const uint8_t *marks, Py_ssize_t last, Py_ssize_t longest,
                            PyObject *key, Span *out) {
    Py_ssize_t size, found = 0;
    const char *text = PyUnicode_AsUTF8AndSize(key, &size);
    if (text == NULL)
        return -1;
    int64_t bare = word_hash((const uint8_t *)text, size > 2 ? size - 2 : 0);
    out[found++] = (Span){(int32_t)last, (int32_t)last + 1, group_at(listing->texts, listing->groups, bare)};
    for (Py_ssize_t first = last - 1; first > last - longest && first >= 0 && marks[first] & JOINED; first--) {
        int64_t hash = hashes[first];
        for (Py_ssize_t k = first + 1; k < last; k++)
            hash = join(hash, hashes[k]);
        int32_t group = group_at(listing->prefixes, listing->group, join(hash, bare));
        if (group >= 0)
            out[found++] = (Span){(int32_t)first, (int32_t)last + 1, group};
    }
    return found;
}

PyDoc_STRVAR(look_up_doc,
             "look_up(texts int64, groups int32, prefixes int64, group int32, hashes int64, marks uint8, of_words int32 out, phrases int32 out\n"
             "(n * longest, 3), owners int32 out (n * longest, 3), keys list, longest): see `Listed` of `unspin.decoding.lattice`; returns how\n"
             "many phrases and owners there are. `texts` has the hashes of all spun phrases, `prefixes` those of the `prefixes` of several\n"
             "words, `groups` and `group` their groups by slot.");

static PyObject *look_up(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 11, "look_up") < 0)
        return NULL;
    Py_ssize_t longest = PyLong_AsSsize_t(args[10]);
    if (!PyErr_Occurred() && !PyList_Check(args[9]))
        PyErr_SetString(PyExc_TypeError, "look_up takes a list of words");
    if (PyErr_Occurred() || acquire(&b, args, 9, 3) < 0)
        return NULL;
    const Listing listing = {table_of(&b.list[0]), table_of(&b.list[2]), b.list[1].buf, b.list[3].buf};
    const int64_t *hashes = b.list[4].buf;
    const uint8_t *marks = b.list[5].buf;
    int32_t *of_words = b.list[6].buf;
    Span *phrases = b.list[7].buf, *owners = b.list[8].buf;
    Py_ssize_t n = b.list[5].len, n_phrases = 0, n_owners = 0, more = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PREFETCH(&listing.texts.keys[home(listing.texts, hashes[i + AHEAD < n ? i + AHEAD : i])]);
        if (i + AHEAD + 1 < n)
            PREFETCH(&listing.prefixes.keys[home(listing.prefixes, join(hashes[i + AHEAD], hashes[i + AHEAD + 1]))]);
        of_words[i] = group_at(listing.texts, listing.groups, hashes[i]);
        n_phrases += phrases_from(&listing, hashes, marks, n, i, longest, phrases + n_phrases);
    }
    for (Py_ssize_t i = 0; i < n && more >= 0; i++)
        if (marks[i] & OWNER && of_words[i] < 0)
            n_owners += more = owners_at(&listing, hashes, marks, i, longest, PyList_GET_ITEM(args[9], i), owners + n_owners);
    release(&b);
    return more < 0 ? NULL : Py_BuildValue("(nn)", n_phrases, n_owners);
}

/* The plausible candidates of spans: by group where its rows begin, and by row whether it is one, of what, and ln w. */
typedef struct {
    const int32_t *starts, *canonical;
    const uint8_t *plausible;
    const float *logweight;
} Rows;

/* Arcs, as columns that are filled one by one. */
typedef struct {
    int32_t *first, *last, *row, *canonical;
    float *logweight;
    uint8_t *possessive;
    Py_ssize_t n;
} Arcs;

static void add_arcs(Arcs *arcs, const Rows *rows, int32_t first, int32_t last, int32_t group, int possessive) {
    for (int32_t row = rows->starts[group]; row < rows->starts[group + 1]; row++) {
        if (!rows->plausible[row])
            continue;
        arcs->first[arcs->n] = first;
        arcs->last[arcs->n] = last;
        arcs->row[arcs->n] = row;
        arcs->canonical[arcs->n] = rows->canonical[row];
        arcs->logweight[arcs->n] = rows->logweight[row];
        arcs->possessive[arcs->n++] = (uint8_t)possessive;
    }
}

PyDoc_STRVAR(expand_doc,
             "expand(starts int32, plausible bool, canonical int32, logweight float32, groups int32, owners int32 (o, 3), phrases int32 (p, 3),\n"
             "settled bool, first int32 out, last int32 out, row int32 out, canonical int32 out, logweight float32 out, possessive bool out): the\n"
             "plausible rows of the group of each word, then of owners, then of phrases that hold no settled word; returns how many.");

static PyObject *expand(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 14, "expand") < 0 || acquire(&b, args, 14, 6) < 0)
        return NULL;
    const Rows rows = {b.list[0].buf, b.list[2].buf, b.list[1].buf, b.list[3].buf};
    const int32_t *groups = b.list[4].buf;
    const uint8_t *settled = b.list[7].buf;
    Arcs arcs = {b.list[8].buf, b.list[9].buf, b.list[10].buf, b.list[11].buf, b.list[12].buf, b.list[13].buf, 0};
    int32_t n = (int32_t)b.list[7].len;
    Py_BEGIN_ALLOW_THREADS
    for (int32_t i = 0; i < n; i++) {
        int32_t far = groups[i + 2 * AHEAD < n ? i + 2 * AHEAD : i], near = groups[i + AHEAD < n ? i + AHEAD : i];
        PREFETCH(&rows.starts[far >= 0 ? far : 0]);
        int32_t soon = rows.starts[near >= 0 ? near : 0];
        PREFETCH(&rows.plausible[soon]);
        PREFETCH(&rows.canonical[soon]);
        PREFETCH(&rows.logweight[soon]);
        if (groups[i] >= 0 && !settled[i])
            add_arcs(&arcs, &rows, i, i + 1, groups[i], 0);
    }
    for (int k = 5; k < 7; k++) {
        const Span *spans = b.list[k].buf;
        Py_ssize_t m = b.list[k].len / (Py_ssize_t)sizeof(Span);
        for (Py_ssize_t i = 0; i < m; i++)
            if (spans[i].group >= 0 && memchr(settled + spans[i].first, 1, (size_t)(spans[i].last - spans[i].first)) == NULL)
                add_arcs(&arcs, &rows, spans[i].first, spans[i].last, spans[i].group, k == 5);
    }
    Py_END_ALLOW_THREADS
    release(&b);
    return PyLong_FromSsize_t(arcs.n);
}

enum { FIGURE = 1, NAMED = 2 }; /* as in `unspin.decoding.conditions` */

PyDoc_STRVAR(doubtful_doc,
             "doubtful(first int32, last int32, row int32, canonical int32, possessive bool, opening uint8, closing bool, conditional bool,\n"
             "unlike_name bool, index int64 out): see `unspin.decoding.conditions`; returns how many. `opening` and `closing` are by word,\n"
             "`conditional` by row of the lexicon, `unlike_name` by candidate.");

static PyObject *doubtful(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 10, "doubtful") < 0 || acquire(&b, args, 10, 1) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf, *last = b.list[1].buf, *row = b.list[2].buf, *canonical = b.list[3].buf;
    const uint8_t *possessive = b.list[4].buf, *opening = b.list[5].buf, *closing = b.list[6].buf;
    const uint8_t *conditional = b.list[7].buf, *unlike_name = b.list[8].buf;
    int64_t *index = b.list[9].buf;
    Py_ssize_t n = b.list[4].len, found = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PREFETCH(&conditional[row[i + AHEAD < n ? i + AHEAD : i]]);
        int figure = opening[first[i]] & FIGURE && last[i] - first[i] == 1;
        int named = (opening[first[i]] & NAMED || possessive[i]) && unlike_name[canonical[i]];
        if (figure || named || closing[last[i] - 1] || conditional[row[i]])
            index[found++] = i;
    }
    release(&b);
    return PyLong_FromSsize_t(found);
}

/* What stands before the next word if that does not belong to it; as in `unspin.document`. */
#define APART 0

enum { CAPITAL = 1, ACRONYM = 2, PAIR = 4, OWNED = 8 }; /* of words */

/* The words of a text (n): their numbers among those of patterns or -1, their groups or -1, what stands before the next, and flags. */
typedef struct {
    const int32_t *own, *group;
    const uint8_t *gap, *flags;
    Py_ssize_t n;
} Words;

/* The words of a text, and behind them its phrases among their neighbours, as `Readings` of `unspin.decoding.patterns` lists them. */
typedef struct {
    int32_t *own, *group, *gap, *flags, *first, *last, *phrase, *hits;
    Py_ssize_t n, n_hits;
} Reading;

/* Room for so many; -1 without memory. */
static int room_for(Reading *reading, Py_ssize_t n) {
    int32_t *all = malloc(((size_t)n + 1) * 8 * sizeof(int32_t));
    *reading = (Reading){all, all + n, all + 2 * n, all + 3 * n, all + 4 * n, all + 5 * n, all + 6 * n, all + 7 * n, 0, 0};
    return all == NULL ? -1 : 0;
}

/* The next reading is that of a word, in the surroundings of a phrase if `phrase` is not -1. */
static void read_word(Reading *reading, const Words *text, Py_ssize_t word, Py_ssize_t phrase) {
    Py_ssize_t n = reading->n++;
    reading->own[n] = text->own[word];
    reading->group[n] = text->group[word];
    reading->gap[n] = text->gap[word];
    reading->flags[n] = text->flags[word];
    reading->first[n] = (int32_t)word;
    reading->last[n] = (int32_t)word + 1;
    reading->phrase[n] = (int32_t)phrase;
}

/* The next readings are those of a phrase with up to so many words before it and behind it. If it is an owner, a pattern may begin with any
of those before, else with the nearest; `own` is its number among words of patterns or -1. */
static void read_phrase(Reading *reading, const Words *text, const int32_t *span, int32_t own, int owner, Py_ssize_t before, Py_ssize_t behind) {
    Py_ssize_t start = span[0], stop = span[1], left = 0, right = 0;
    while (left < before && left < start && text->gap[start - 1 - left] != APART)
        left++;
    while (right < behind && text->gap[stop - 1 + right] != APART)
        right++;
    if (left + right == 0)
        return;
    Py_ssize_t place = reading->n + left;
    for (Py_ssize_t step = -left; step <= right; step++) {
        if (step == 0 || (step < 0 && (owner || step == -1)))
            reading->hits[reading->n_hits++] = (int32_t)reading->n;
        read_word(reading, text, step > 0 ? stop - 1 + step : start + step, place);
    }
    reading->own[place] = own;
    reading->group[place] = span[2];
    reading->last[place] = (int32_t)stop;
    reading->gap[place] = text->gap[stop - 1];
    reading->flags[place] |= owner ? OWNED : 0;
    if (stop > start + 1) {
        reading->flags[place] &= ~(PAIR | ACRONYM);
        if (left > 0)
            reading->flags[place - 1] &= ~PAIR;
    }
    reading->gap[reading->n - 1] = APART;
}

typedef struct {
    const int32_t *starts, *word;
    const float *weight;
    const uint8_t *flags;
} Originals;

#define SEEN 1024 /* bits */

/* No two words have the same. */
static inline uint32_t hash_of(int32_t word) { return (uint32_t)word * UINT32_C(0x9E3779B1); }

/* Of some words a bit for the highest bits of their hash, so that most others are known not to be there. */
typedef struct {
    uint64_t bits[SEEN / 64];
} Seen;

static inline void see(Seen *seen, uint32_t hash) { seen->bits[hash >> 28] |= UINT64_C(1) << (hash >> 22 & 63); }

static inline int is_seen(const Seen *seen, uint32_t hash) { return (int)(seen->bits[hash >> 28] >> (hash >> 22 & 63) & 1); }

/* The words that the second of a pair may stand for: itself, if there are patterns with it, and then its originals from `begin` on; and
the hash of each. */
typedef struct {
    int32_t *words;
    uint32_t *hashes;
    Py_ssize_t n, room_words, room_hashes;
    int32_t itself, begin;
    Seen seen;
} Seconds;

/* Those of a word by its number or -1, and its group or -1; -1 without memory. */
static int gather(Seconds *seconds, const Originals *all, int32_t own, int32_t group) {
    int32_t begin = group >= 0 ? all->starts[group] : 0, end = group >= 0 ? all->starts[group + 1] : 0;
    seconds->itself = own >= 0;
    seconds->begin = begin;
    seconds->n = seconds->itself + end - begin;
    if (grow((void **)&seconds->words, &seconds->room_words, seconds->n, sizeof(int32_t)) < 0 ||
        grow((void **)&seconds->hashes, &seconds->room_hashes, seconds->n, sizeof(uint32_t)) < 0)
        return -1;
    if (seconds->itself)
        seconds->words[0] = own;
    if (end > begin)
        memcpy(seconds->words + seconds->itself, all->word + begin, (size_t)(end - begin) * sizeof(int32_t));
    memset(&seconds->seen, 0, sizeof seconds->seen);
    for (Py_ssize_t t = 0; t < seconds->n; t++) {
        seconds->hashes[t] = hash_of(seconds->words[t]);
        see(&seconds->seen, seconds->hashes[t]);
    }
    return 0;
}

/* Which of them the word with a hash is, their number if it is none. */
static inline Py_ssize_t which(const Seconds *seconds, uint32_t hash) {
    if (!is_seen(&seconds->seen, hash))
        return seconds->n;
    Py_ssize_t t = 0;
    while (t < seconds->n && seconds->hashes[t] != hash)
        t++;
    return t;
}

enum { ABBREVIATION = 1, PART = 2, SPELLING = 4 }; /* of originals */
enum { NAME = 1, COLLOCATION = 2 };           /* of patterns */

/* The row of `word` among what `group` may stand for, -1 if it is not there. */
static int32_t original(const Originals *all, int32_t group, int32_t word) {
    if (group >= 0)
        for (int32_t row = all->starts[group]; row < all->starts[group + 1]; row++)
            if (all->word[row] == word)
                return row;
    return -1;
}

/* The first place from `low` on at which `sorted` is not below `value`, `high` if there is none. */
static int32_t lower_bound(const int32_t *sorted, int32_t low, int32_t high, int32_t value) {
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The group of a row, of those that begin at `starts` and at whose end the last one stops. */
static int32_t group_of(const int32_t *starts, Py_ssize_t groups, int32_t row) {
    return lower_bound(starts, 0, (int32_t)groups + 1, row + 1) - 1;
}

/* What `patterns` reads: all names, terms and collocations, and the words of a text (n). */
typedef struct {
    Originals all;
    const int32_t *opening, *number, *starts, *words;
    const uint8_t *gaps, *kind;
    const int32_t *own, *group, *gap, *flags;
    Py_ssize_t n;
} Patterns;

/* Two words that patterns open with, at row `k` of the openings: where they stand, what they are, and the rows of originals that say so. */
typedef struct {
    int32_t at, k, words[2], rows[2];
} Opening;

typedef struct {
    Opening *list;
    Py_ssize_t n, room;
} Openings;

/* What the word at a hit may stand for: a word of patterns, the row of originals that says so, -1 for itself, and whether it is read so only
where the next word stays as it is. */
typedef struct {
    int32_t at, word, row, alone;
} First;

typedef struct {
    First *list;
    Py_ssize_t n, room;
} Firsts;

/* Adds those of a hit, where a word has this number, if any, and group, if any; -1 without memory. */
static int read_first(Firsts *firsts, const Originals *all, int32_t at, int32_t own, int32_t group, int usual) {
    int32_t row = group >= 0 ? all->starts[group] : 0, end = group >= 0 ? all->starts[group + 1] : 0;
    if (grow((void **)&firsts->list, &firsts->room, firsts->n + 1 + end - row, sizeof(First)) < 0)
        return -1;
    if (own >= 0)
        firsts->list[firsts->n++] = (First){at, own, -1, 0};
    for (; row < end; row++)
        firsts->list[firsts->n++] = (First){at, all->word[row], row, usual && !(all->flags[row] & SPELLING)};
    return 0;
}

/* The openings by a first word are the rows first_starts[word]:first_starts[word + 1], `second` the hashes of their second words in rising
order, and `filter` has of so many bytes a bit for each of these. */
typedef struct {
    const int32_t *first_starts;
    const uint32_t *second;
    const uint8_t *filter;
} Index;

static int add_opening(Openings *openings, const First *first, int32_t k, const Seconds *seconds, Py_ssize_t t) {
    if (grow((void **)&openings->list, &openings->room, openings->n + 1, sizeof(Opening)) < 0)
        return -1;
    int32_t second_row = t < seconds->itself ? 0 : seconds->begin + (int32_t)t - seconds->itself;
    openings->list[openings->n++] = (Opening){first->at, k, {first->word, seconds->words[t]}, {first->row, second_row}};
    return 0;
}

/* What may be openings with a first word; -1 without memory. The few that the second word may be are looked for among many, or few are asked
whether they are among these. Of many, hashes are spread evenly, so that the place of one is known but for a few rows: `settled` looks there. */
static int open_with(const Index *index, const First *first, const Seconds *seconds, Openings *openings) {
    int32_t low = index->first_starts[first->word], high = index->first_starts[first->word + 1];
    Py_ssize_t tried = first->alone ? seconds->itself : seconds->n;
    if (tried >= high - low) {
        for (int32_t k = low; k < high; k++) {
            Py_ssize_t t = which(seconds, index->second[k]);
            if (t < tried && add_opening(openings, first, k, seconds, t) < 0)
                return -1;
        }
        return 0;
    }
    for (Py_ssize_t t = 0; t < tried; t++) {
        uint64_t bit = ((uint64_t)seconds->hashes[t] * (uint64_t)(high - low)) >> 29;
        int32_t row = low + (int32_t)(bit >> 3);
        if (!(index->filter[row] >> (bit & 7) & 1))
            continue;
        PREFETCH(&index->second[row]);
        if (add_opening(openings, first, row, seconds, t) < 0)
            return -1;
    }
    return 0;
}

/* Leaves those whose second word is at their row or at one near it, which becomes their row. */
static void settle(const Index *index, Openings *openings) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t o = 0; o < openings->n; o++) {
        Opening opening = openings->list[o];
        int32_t low = index->first_starts[opening.words[0]], high = index->first_starts[opening.words[0] + 1], row = opening.k;
        uint32_t hash = hash_of(opening.words[1]);
        while (row > low && index->second[row] > hash)
            row--;
        while (row + 1 < high && index->second[row] < hash)
            row++;
        if (index->second[row] != hash)
            continue;
        opening.k = row;
        openings->list[kept++] = opening;
    }
    openings->n = kept;
}

/* The openings by all of them, with what is read of each on its way to the processor before. */
static int open_all(const Index *index, const Originals *all, const int32_t *own, const int32_t *group, const Firsts *firsts,
                    Seconds *seconds, Openings *openings) {
    const First *list = firsts->list;
    int32_t at = -1;
    for (Py_ssize_t t = 0; t < firsts->n; t++) {
        PREFETCH(&index->first_starts[list[t + 2 * AHEAD < firsts->n ? t + 2 * AHEAD : t].word]);
        PREFETCH(&index->filter[index->first_starts[list[t + AHEAD < firsts->n ? t + AHEAD : t].word]]);
        if (list[t].at != at && gather(seconds, all, own[list[t].at + 1], group[list[t].at + 1]) < 0)
            return -1;
        at = list[t].at;
        if (open_with(index, &list[t], seconds, openings) < 0)
            return -1;
    }
    settle(index, openings);
    return 0;
}

/* A pattern that words may stand for, as `unspin.decoding.patterns` reads it. */
typedef struct {
    double weight;
    int32_t start, number, replaced, first, last, owner;
} Match;

typedef struct {
    Match *list;
    Py_ssize_t n, room;
} Matches;

/* What the third word behind an opening may stand for, at a place. */
typedef struct {
    int32_t at;
    Seen seen;
} Thirds;

static void look_at_third(const Patterns *p, int32_t at, Thirds *thirds) {
    memset(thirds, 0, sizeof *thirds);
    thirds->at = at;
    if (at + 2 >= p->n)
        return;
    int32_t group = p->flags[at + 2] & ACRONYM ? -1 : p->group[at + 2];
    see(&thirds->seen, hash_of(p->own[at + 2]));
    for (int32_t row = group >= 0 ? p->all.starts[group] : 0; group >= 0 && row < p->all.starts[group + 1]; row++)
        see(&thirds->seen, hash_of(p->all.word[row]));
}

/* The patterns with this opening that the words further on agree to; -1 without memory. */
static int match(const Patterns *p, const Opening *pair, const Thirds *thirds, Matches *matches) {
    int32_t i = pair->at, opens = 0, unfit = 0;
    double opening_weight = 0.0;
    for (int32_t j = 0; j < 2; j++) {
        if (p->own[i + j] == pair->words[j] || (!(p->flags[i + j] & ACRONYM) && p->all.flags[pair->rows[j]] & SPELLING))
            continue;
        unfit |= p->flags[i + j] & ACRONYM ? ABBREVIATION : p->all.flags[pair->rows[j]];
        opening_weight += p->all.weight[pair->rows[j]];
        opens++;
    }
    if (unfit & ABBREVIATION)
        return 0;
    for (int32_t o = p->opening[pair->k]; o < p->opening[pair->k + 1]; o++) {
        int32_t number = p->number[o], begins = p->starts[number], size = p->starts[number + 1] - begins, replaced = opens;
        int loose = p->kind[number] == COLLOCATION, most = !loose ? size : size < 4 ? 1 : size / 2;
        if (size > 2 && !is_seen(&thirds->seen, hash_of(p->words[begins + 2])))
            continue;
        if (i + size > p->n || (p->kind[number] == NAME && !(p->flags[i] & CAPITAL)) || (loose && unfit & PART) || opens > most ||
            p->gap[i] != p->gaps[begins + 1])
            continue;
        double weight = opening_weight;
        int fits = 1;
        for (int32_t j = 2; j < size && fits; j++) {
            int32_t word = p->words[begins + j];
            fits = p->gap[i + j - 1] == p->gaps[begins + j];
            if (!fits || p->own[i + j] == word)
                continue;
            int32_t at = p->flags[i + j] & ACRONYM ? -1 : original(&p->all, p->group[i + j], word);
            if (at >= 0 && p->all.flags[at] & SPELLING)
                continue;
            fits = at >= 0 && !(p->all.flags[at] & (ABBREVIATION | (loose ? PART : 0))) && ++replaced <= most;
            if (fits)
                weight += p->all.weight[at];
        }
        if (!fits)
            continue;
        if (grow((void **)&matches->list, &matches->room, matches->n + 1, sizeof(Match)) < 0)
            return -1;
        matches->list[matches->n++] = (Match){weight, i, number, replaced, -1, -1, 0};
    }
    return 0;
}

/* The same for some openings, with what is read of each on its way to the processor well before. */
static int match_all(const Patterns *p, const Opening *pairs, Py_ssize_t n, Matches *matches) {
    Thirds thirds = {.at = -1};
    for (Py_ssize_t t = 0; t < n + 4 * AHEAD; t++) {
        if (t < n)
            PREFETCH(&p->opening[pairs[t].k]);
        if (t >= AHEAD && t - AHEAD < n)
            PREFETCH(&p->number[p->opening[pairs[t - AHEAD].k]]);
        if (t >= 2 * AHEAD && t - 2 * AHEAD < n) {
            int32_t number = p->number[p->opening[pairs[t - 2 * AHEAD].k]];
            PREFETCH(&p->starts[number]);
            PREFETCH(&p->kind[number]);
        }
        if (t >= 3 * AHEAD && t - 3 * AHEAD < n) {
            int32_t begins = p->starts[p->number[p->opening[pairs[t - 3 * AHEAD].k]]];
            PREFETCH(&p->words[begins]);
            PREFETCH(&p->gaps[begins]);
        }
        if (t < 4 * AHEAD)
            continue;
        const Opening *pair = &pairs[t - 4 * AHEAD];
        if (pair->at != thirds.at)
            look_at_third(p, pair->at, &thirds);
        if (match(p, pair, &thirds, matches) < 0)
            return -1;
    }
    return 0;
}

static int by_start_and_number(const void *left, const void *right) {
    const Match *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->replaced != b->replaced)
        return a->replaced < b->replaced ? -1 : 1;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

/* Whether each word that a match covers has a capital, or a digit, in front, but for those whose hash is among the small ones. */
static int capitalised(const Patterns *p, const Reading *reading, const Match *match, Py_ssize_t size, const int64_t *hashes,
                       const int64_t *small, Py_ssize_t n_small) {
    for (Py_ssize_t i = match->start; i < match->start + size; i++) {
        Py_ssize_t k = 0;
        if (p->flags[i] & CAPITAL)
            continue;
        while (k < n_small && small[k] != hashes[reading->first[i]])
            k++;
        if (k == n_small)
            return 0;
    }
    return 1;
}

/* Leaves the matches that hold a phrase if they were read in its surroundings, and names in capitals; and says which words they cover. */
static void keep_whole(const Patterns *p, const Reading *reading, Matches *matches, const int64_t *hashes, const int64_t *small,
                       Py_ssize_t n_small) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t k = 0; k < matches->n; k++) {
        Match *found = &matches->list[k];
        int32_t size = p->starts[found->number + 1] - p->starts[found->number], final = found->start + size - 1;
        int32_t phrase = reading->phrase[found->start];
        if (phrase >= 0 && (phrase < found->start || phrase > final))
            continue;
        if (p->kind[found->number] == NAME && !capitalised(p, reading, found, size, hashes, small, n_small))
            continue;
        found->first = reading->first[found->start];
        found->last = reading->last[final];
        found->owner = (p->flags[final] & OWNED) != 0;
        matches->list[kept++] = *found;
    }
    matches->n = kept;
}

/* The number of a word without its 's among those of patterns, -1 if it is none; -2 with an exception set. */
static int32_t number_of_owner(Table table, const int32_t *values, PyObject *key) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(key, &size);
    if (text == NULL)
        return -2;
    int64_t hash = word_hash((const uint8_t *)text, size > 2 ? size - 2 : 0), slot = find_from(table, hash, home(table, hash));
    return slot >= 0 ? values[slot] : -1;
}

PyDoc_STRVAR(patterns_doc,
             "patterns((original_starts int32, original_word int32, original_weight float32, original_flags uint8, first_starts int32,\n"
             "opening_second uint32, opening_starts int32, opening_number int32, pattern_starts int32, pattern_words int32,\n"
             "pattern_gaps uint8, pattern_kind uint8, opening_filter uint8), vocabulary int64, numbers int32, phrases int32 (p, 3), owners\n"
             "int32 (o, 3), group int32, gap uint8, flags uint8, hashes int64, small int64, keys list, before, behind): the names, terms and\n"
             "collocations that words may stand for, in order, as bytes: of each the summed weight of the substitutions (float64), its first\n"
             "reading, its number, how many of its words are replaced, first and last word, and whether it is without an 's (int32). Originals\n"
             "have the flags 1, an abbreviation, 2, only in names and terms, 4, another spelling; kinds are 1 for names, 2 for collocations;\n"
             "`vocabulary` finds the numbers of words of patterns. Each word has a group or -1, what stands before the next, as in\n"
             "`pattern_gaps` before a word, or 0 if the next does not belong to it, the flags 1 for a capital, 2 for an acronym, 4 for a pair\n"
             "with the next that people write, of which one word at most is replaced, and a hash; `small` are those of words without capitals\n"
             "in names. Phrases are read with so many words `behind` and as many in front, owners with so many `before`.");

static PyObject *patterns(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 13, "patterns") < 0)
        return NULL;
    Py_ssize_t before = PyLong_AsSsize_t(args[11]), behind = PyLong_AsSsize_t(args[12]);
    if (!PyErr_Occurred() && (!PyTuple_Check(args[0]) || PyTuple_GET_SIZE(args[0]) != 13 || !PyList_Check(args[10])))
        PyErr_SetString(PyExc_TypeError, "patterns takes thirteen columns, and a list of words");
    if (PyErr_Occurred())
        return NULL;
    PyObject *all_args[22];
    for (int i = 0; i < 22; i++)
        all_args[i] = i < 13 ? PyTuple_GET_ITEM(args[0], i) : args[i - 12];
    if (acquire(&b, all_args, 22, 0) < 0)
        return NULL;
    const Py_buffer *own = b.list + 13;
    const Originals all = {b.list[0].buf, b.list[1].buf, b.list[2].buf, b.list[3].buf};
    const Index index = {b.list[4].buf, b.list[5].buf, b.list[12].buf};
    const Table vocabulary = table_of(&own[0]);
    const int32_t *numbers = own[1].buf, *phrases = own[2].buf, *owners = own[3].buf;
    const int64_t *hashes = own[7].buf, *small = own[8].buf;
    Py_ssize_t n_phrases = own[2].len / (Py_ssize_t)(3 * sizeof(int32_t)), n_owners = own[3].len / (Py_ssize_t)(3 * sizeof(int32_t));
    Py_ssize_t words = own[5].len, n_small = own[8].len / (Py_ssize_t)sizeof(int64_t);
    int64_t *slots = malloc(((size_t)words + 1) * (sizeof(int64_t) + sizeof(int32_t)));
    int32_t *number = (int32_t *)(slots + words + 1);
    Reading reading = {NULL};
    Firsts firsts = {NULL, 0, 0};
    Seconds seconds = {.words = NULL};
    Openings openings = {NULL, 0, 0};
    Matches matches = {NULL, 0, 0};
    int failed = slots == NULL || room_for(&reading, words + n_phrases * (2 * behind + 1) + n_owners * (before + 1)) < 0;
    if (!failed) {
        find_all(vocabulary, hashes, words, slots);
        for (Py_ssize_t i = 0; i < words; i++)
            number[i] = slots[i] >= 0 ? numbers[slots[i]] : -1;
        const Words text = {number, own[4].buf, own[5].buf, own[6].buf, words};
        for (Py_ssize_t i = 0; i < words; i++) {
            reading.hits[reading.n_hits++] = (int32_t)i;
            read_word(&reading, &text, i, -1);
        }
        for (Py_ssize_t k = 0; k < n_phrases; k++)
            if (all.starts[phrases[3 * k + 2] + 1] > all.starts[phrases[3 * k + 2]])
                read_phrase(&reading, &text, phrases + 3 * k, -1, 0, behind, behind);
        for (Py_ssize_t k = 0; k < n_owners && !failed; k++) {
            const int32_t *span = owners + 3 * k;
            int32_t of_owner = span[1] == span[0] + 1 ? number_of_owner(vocabulary, numbers, PyList_GET_ITEM(args[10], span[0])) : -1;
            failed = of_owner == -2;
            read_phrase(&reading, &text, span, of_owner, 1, before, 0);
        }
    }
    Py_BEGIN_ALLOW_THREADS
    const Patterns p = {all,         b.list[6].buf, b.list[7].buf,  b.list[8].buf, b.list[9].buf, b.list[10].buf,
                        b.list[11].buf, reading.own,   reading.group, reading.gap,   reading.flags, reading.n};
    for (Py_ssize_t h = 0; h < reading.n_hits && !failed; h++) {
        int32_t i = reading.hits[h], soon = p.group[reading.hits[h + AHEAD < reading.n_hits ? h + AHEAD : h]];
        PREFETCH(&all.word[soon >= 0 ? all.starts[soon] : 0]);
        PREFETCH(&all.flags[soon >= 0 ? all.starts[soon] : 0]);
        failed = p.gap[i] && read_first(&firsts, &all, i, p.own[i], p.group[i], p.flags[i] & PAIR) < 0;
    }
    failed = failed || open_all(&index, &all, p.own, p.group, &firsts, &seconds, &openings) < 0;
    failed = failed || match_all(&p, openings.list, openings.n, &matches) < 0;
    if (!failed)
        keep_whole(&p, &reading, &matches, hashes, small, n_small);
    if (matches.n > 0)
        qsort(matches.list, (size_t)matches.n, sizeof(Match), by_start_and_number);
    Py_END_ALLOW_THREADS
    free(slots);
    free(reading.own);
    free(firsts.list);
    free(seconds.words);
    free(seconds.hashes);
    free(openings.list);
    release(&b);
    PyObject *found = NULL;
    if (!failed)
        found = PyBytes_FromStringAndSize((const char *)matches.list, matches.n * (Py_ssize_t)sizeof(Match));
    else if (!PyErr_Occurred())
        PyErr_NoMemory();
    free(matches.list);
    return found;
}

/* The hashes of the words of a text, MARK for a mark, and the ids of the marks; returns how many there are, at most one more than the
text has bytes. Words are divided by blanks; a full stop before a blank ends a sentence and begins another. */
static Py_ssize_t read_words(const uint8_t *text, Py_ssize_t size, int32_t start, int32_t end, int64_t *hashes, int32_t *ids) {
    Py_ssize_t n = 0;
    for (Py_ssize_t i = 0; i < size;) {
        if (text[i] == ' ') {
            i++;
            continue;
        }
        Py_ssize_t first = i;
        while (i < size && text[i] != ' ')
            i++;
        Py_ssize_t last = i;
        int stop = text[last - 1] == '.' && last < size;
        if (stop)
            last--;
        if (last > first)
            hashes[n++] = word_hash(text + first, last - first);
        if (stop) {
            hashes[n] = MARK;
            ids[n++] = end;
            hashes[n] = MARK;
            ids[n++] = start;
        }
    }
    return n;
}

/* Whether one of the phrases whose `prefixes` are in the table occurs among the words; `line` is -1 at the slots where none ends. */
static int occurs(Table table, const int32_t *line, const int64_t *words, Py_ssize_t n) {
    for (Py_ssize_t i = 0; i < n; i++) {
        int64_t hash = words[i];
        for (Py_ssize_t k = i + 1; k < n; k++) {
            hash = join(hash, words[k]);
            int64_t slot = find_from(table, hash, home(table, hash));
            if (slot < 0)
                break;
            if (line[slot] >= 0)
                return 1;
        }
    }
    return 0;
}

/* The quick candidates of each word of the vocabulary, `width` of each: a word without has `unknown` in the first place, and a free place
has the prior -inf. */
typedef struct {
    const int32_t *words;
    const float *prior;
    Py_ssize_t width;
    int32_t unknown;
    float weight, floor; /* of the language model; of the log-odds by bigrams, from which a candidate is looked at again */
} Quick;

/* Readings of single words that are looked at again: the word and two on either side, and the prior. The first of each word is the
word itself, the others are its candidates, which are `alike`. */
typedef struct {
    int32_t *windows;
    float *prior;
    uint8_t *alike;
    Py_ssize_t n, room_windows, room_prior, room_alike;
} Readings;

#define WINDOW (2 * CONTEXT + 1)

static int add_reading(Readings *readings, const int32_t *middle, int32_t word, float prior, int alike) {
    Py_ssize_t n = readings->n + 1;
    if (grow((void **)&readings->windows, &readings->room_windows, n * WINDOW, sizeof(int32_t)) < 0 ||
        grow((void **)&readings->prior, &readings->room_prior, n, sizeof(float)) < 0 ||
        grow((void **)&readings->alike, &readings->room_alike, n, sizeof(uint8_t)) < 0)
        return -1;
    int32_t *window = readings->windows + readings->n * WINDOW;
    memcpy(window, middle - CONTEXT, WINDOW * sizeof(int32_t));
    window[CONTEXT] = word;
    readings->prior[readings->n] = prior;
    readings->alike[readings->n] = (uint8_t)alike;
    readings->n = n;
    return 0;
}

/* The candidates whose log-odds between their neighbours lie above the floor. There are two words before the `n` ids, and two behind. */
static int likely_readings(const Model *model, const Quick *quick, const int32_t *ids, Py_ssize_t n, Readings *readings) {
    int64_t words = model->words;
    Py_ssize_t width = quick->width, asked = 0, at = 0;
    int64_t *work = malloc(((size_t)n + 1) * ((size_t)width + 1) * 4 * sizeof(int64_t));
    if (work == NULL)
        return -1;
    int64_t *keys = work, *slots = work + (n + 1) * (width + 1) * 2;
    for (Py_ssize_t i = 0; i < n; i++) {
        const int32_t *options = quick->words + ids[i] * width;
        Py_ssize_t soon = ids[i + AHEAD < n ? i + AHEAD : i] * width;
        PREFETCH(&quick->words[soon]);
        PREFETCH(&quick->prior[soon]);
        if (options[0] == quick->unknown)
            continue;
        for (Py_ssize_t k = -1; k < width; k++) {
            int64_t word = k < 0 ? ids[i] : options[k];
            if (k >= 0 && isinf(quick->prior[ids[i] * width + k]))
                continue;
            keys[asked++] = word * words + ids[i - 1];
            keys[asked++] = ids[i + 1] * words + word;
        }
    }
    find_packed_all(&model->bigrams, keys, asked, slots);
    int failed = 0;
    for (Py_ssize_t i = 0; i < n && !failed; i++) {
        const int32_t *options = quick->words + ids[i] * width;
        if (options[0] == quick->unknown)
            continue;
        float kept = 0.0f;
        int alike = 0;
        for (Py_ssize_t k = -1; k < width && !failed; k++) {
            int32_t word = k < 0 ? ids[i] : options[k];
            float prior = k < 0 ? 0.0f : quick->prior[ids[i] * width + k];
            if (isinf(prior))
                continue;
            float left = bigram_of(model, slots[at++], ids[i - 1], word);
            float right = bigram_of(model, slots[at++], word, ids[i + 1]);
            if (k < 0) {
                kept = left + right;
                continue;
            }
            if (!(quick->weight * ((left + right) - kept) + prior > quick->floor))
                continue;
            failed = (!alike && add_reading(readings, ids + i, ids[i], 0.0f, 0) < 0) ||
                     add_reading(readings, ids + i, word, prior, 1) < 0;
            alike = 1;
        }
    }
    free(work);
    return failed ? -1 : 0;
}

/* The sum of what the best log-odds of each word that has readings have above `low`, and no more than `high`. */
static int sum_of_odds(const Model *model, const Quick *quick, const Readings *readings, float low, float high, double *result) {
    Py_ssize_t n = readings->n;
    int64_t *work = malloc(((size_t)n + 1) * WINDOW * WORK * sizeof(int64_t));
    float *logprob = malloc(((size_t)n + 1) * (WINDOW - CONTEXT) * sizeof(float));
    if (work != NULL && logprob != NULL) {
        chain_all(model, readings->windows, n, NULL, WINDOW, readings->alike, work, logprob);
        float kept = 0.0f, best = -INFINITY;
        for (Py_ssize_t i = 0; i < n; i++) {
            const float *next = logprob + i * (WINDOW - CONTEXT);
            float sum = next[0] + next[1] + next[2];
            if (!readings->alike[i]) {
                kept = sum;
                best = -INFINITY;
                continue;
            }
            float score = quick->weight * (sum - kept) + readings->prior[i];
            best = score > best ? score : best;
            if (i + 1 < n && readings->alike[i + 1])
                continue;
            if (best > low)
                *result += (double)((best < high ? best : high) - low);
        }
    }
    int failed = work == NULL || logprob == NULL;
    free(work);
    free(logprob);
    return failed ? -1 : 0;
}

PyDoc_STRVAR(look_doc,
             "look(the buffers of a model, vocabulary int64, ids int32, tells int64, lines int32, candidates int32, prior float32, text bytes,\n"
             "start, end, unknown, weight, floor, low, high): how many words a text has, whether a tell occurs, the sum of what the log-odds\n"
             "of the best candidates of its words have between `low` and `high`. See `unspin.decoding.gate`. `ids` holds the id of each slot\n"
             "of the vocabulary, `lines` is -1 at the slots of the table of tells where none ends.");

static PyObject *look(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, MODEL + 14, "look") < 0)
        return NULL;
    PyObject *const *number = args + MODEL + 7;
    int32_t start = (int32_t)PyLong_AsLong(number[0]), end = (int32_t)PyLong_AsLong(number[1]);
    int32_t unknown = (int32_t)PyLong_AsLong(number[2]);
    float settings[4];
    for (int k = 0; k < 4; k++)
        settings[k] = (float)PyFloat_AsDouble(number[3 + k]);
    if (PyErr_Occurred() || acquire(&b, args, MODEL + 7, 0) < 0)
        return NULL;
    const Py_buffer *own = b.list + MODEL;
    Model model = model_of(b.list);
    Table vocabulary = table_of(&own[0]), tells = table_of(&own[2]);
    const int32_t *id = own[1].buf, *line = own[3].buf;
    Py_ssize_t width = own[5].len / (Py_ssize_t)sizeof(float) / (Py_ssize_t)model.words, size = own[6].len, n = 0, words = 0;
    Quick quick = {own[4].buf, own[5].buf, width, unknown, settings[0], settings[1]};
    int64_t *hashes = malloc(((size_t)size + 1) * 2 * sizeof(int64_t)), *slots = hashes + size + 1;
    int32_t *padded = malloc(((size_t)size + 1 + 2 * CONTEXT) * sizeof(int32_t)), *ids = padded + CONTEXT;
    Readings readings = {NULL, NULL, NULL, 0, 0, 0, 0};
    double sum = 0.0;
    int failed = hashes == NULL || padded == NULL, tell = 0;
    Py_BEGIN_ALLOW_THREADS
    if (!failed) {
        n = read_words(own[6].buf, size, start, end, hashes, ids);
        find_all(vocabulary, hashes, n, slots);
        for (Py_ssize_t i = 0; i < n; i++) {
            words += hashes[i] != MARK;
            if (hashes[i] != MARK)
                ids[i] = slots[i] >= 0 ? id[slots[i]] : unknown;
        }
        ids[-2] = ids[n] = end;
        ids[-1] = ids[n + 1] = start;
        tell = occurs(tells, line, hashes, n);
        failed = likely_readings(&model, &quick, ids, n, &readings) < 0 ||
                 sum_of_odds(&model, &quick, &readings, settings[2], settings[3], &sum) < 0;
    }
    Py_END_ALLOW_THREADS
    free(hashes);
    free(padded);
    free(readings.windows);
    free(readings.prior);
    free(readings.alike);
    release(&b);
    return failed ? PyErr_NoMemory() : Py_BuildValue("nOd", words, tell ? Py_True : Py_False, sum);
}

PyDoc_STRVAR(weigh_doc,
             "weigh(row int32, first int32, last int32, replaced int32, lm float32, unigram float32, logweight float32, kind int8, leads bool,\n"
             "tell bool, usual int64, worth float64, composed bool, terminology bool, prior float64 out, score float64 out, leading bool out,\n"
             "usual_pairs int64 out, odd bool out, lenient bool out, weights float64, first_pattern_row): see `unspin.decoding.decoder`. `kind`,\n"
             "`leads` and `tell` are by row of the lexicon; `worth`, `composed` and `terminology` by kind; `usual` says how many usual pairs\n"
             "there are before each word; `weights` are LM, UNIGRAM, CHANNEL, BIAS and FURTHER.");

static PyObject *weigh(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 22, "weigh") < 0)
        return NULL;
    int32_t first_pattern_row = (int32_t)PyLong_AsLong(args[21]);
    double weights[5];
    if (!PyTuple_Check(args[20]) || PyTuple_GET_SIZE(args[20]) != 5) {
        PyErr_SetString(PyExc_TypeError, "weigh takes five weights");
        return NULL;
    }
    for (int k = 0; k < 5; k++)
        weights[k] = PyFloat_AsDouble(PyTuple_GET_ITEM(args[20], k));
    if (PyErr_Occurred() || acquire(&b, args, 20, 6) < 0)
        return NULL;
    const int32_t *row = b.list[0].buf, *first = b.list[1].buf, *last = b.list[2].buf, *replaced = b.list[3].buf;
    const float *lm = b.list[4].buf, *unigram = b.list[5].buf, *logweight = b.list[6].buf;
    const int8_t *kind = b.list[7].buf;
    const uint8_t *leads = b.list[8].buf, *tell = b.list[9].buf, *composed = b.list[12].buf, *terminology = b.list[13].buf;
    const int64_t *usual = b.list[10].buf;
    const double *worth = b.list[11].buf;
    double *prior = b.list[14].buf, *score = b.list[15].buf;
    uint8_t *leading = b.list[16].buf, *odd = b.list[18].buf, *lenient = b.list[19].buf;
    int64_t *pairs = b.list[17].buf;
    Py_ssize_t n = b.list[0].len / (Py_ssize_t)sizeof(int32_t), words = b.list[10].len / (Py_ssize_t)sizeof(int64_t);
    Py_ssize_t rows = b.list[7].len;
    const float of_lm = (float)weights[0], of_unigram = (float)weights[1], of_channel = (float)weights[2], bias = (float)weights[3];
    int fits = 1;
    for (Py_ssize_t i = 0; i < n && fits; i++) {
        fits = row[i] >= 0 && row[i] < rows && first[i] >= 0 && first[i] < last[i] && last[i] <= words;
        if (!fits)
            break;
        int32_t soon = row[i + AHEAD < n ? i + AHEAD : i];
        if (soon >= 0 && soon < rows) {
            PREFETCH(&kind[soon]);
            PREFETCH(&leads[soon]);
            PREFETCH(&tell[soon]);
        }
        int of = kind[row[i]];
        prior[i] = (double)(of_unigram * unigram[i] + of_channel * logweight[i] + bias) + worth[of];
        if (row[i] >= first_pattern_row)
            prior[i] += weights[4] * (double)(replaced[i] - 1);
        score[i] = (double)(of_lm * lm[i]) + prior[i];
        leading[i] = leads[row[i]] && !composed[of];
        pairs[i] = usual[last[i] - 1] - usual[first[i]];
        odd[i] = terminology[of] && (pairs[i] == 0 || pairs[i] < last[i] - first[i] - 1);
        lenient[i] = odd[i] || tell[row[i]];
    }
    release(&b);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "weigh: no such words, or no such rows");
        return NULL;
    }
    Py_RETURN_NONE;
}

/* The place of each arc that is `among` those looked at (of all, if that is NULL), and the summed odds of the counted ones at each;
returns how many places there are, -1 without memory. See `unspin.decoding.spin_rate`. */
static int64_t gather_places(const int32_t *first, const int32_t *last, const uint8_t *among, const uint8_t *counted, const double *odds,
                             Py_ssize_t n, int64_t *place, double *mass) {
    int32_t words = 0;
    for (Py_ssize_t i = 0; i < n; i++)
        words = last[i] > words ? last[i] : words;
    /* by word: how many spans more hold it and the one before than hold the two before; and whether any begins there */
    int64_t *across = calloc(((size_t)words + 1) * 2, sizeof(int64_t)), *number = across + words + 1, inside = 0, found = 0;
    if (across == NULL)
        return -1;
    int any = 0; /* of the arcs of one span, which come one after another */
    for (Py_ssize_t i = 0; i < n; i++) {
        any |= among == NULL || among[i];
        if (i + 1 < n && first[i] == first[i + 1] && last[i] == last[i + 1])
            continue;
        if (any) {
            across[first[i] + 1]++;
            across[last[i]]--;
            number[first[i]] = 1;
        }
        any = 0;
    }
    for (int32_t word = 0; word <= words; word++) {
        inside += across[word];
        if (number[word] && inside == 0)
            mass[found++] = 0.0;
        number[word] = found - 1;
    }
    int64_t here = -1;
    double sum = 0.0; /* of the place of the arc before; what is not counted adds nothing, which is quicker than to pass it over */
    for (Py_ssize_t i = 0; i < n; i++) {
        place[i] = number[first[i]];
        if (place[i] != here) {
            if (here >= 0)
                mass[here] = sum;
            here = place[i];
            sum = here >= 0 ? mass[here] : 0.0;
        }
        sum += odds[i] * (double)(counted[i] && (among == NULL || among[i]));
    }
    if (here >= 0)
        mass[here] = sum;
    free(across);
    return found;
}

/* The sum in the order in which numpy adds, to the same bits. */
static double pairwise_sum(const double *values, Py_ssize_t n) {
    if (n > 128) {
        Py_ssize_t half = n / 2 - n / 2 % 8;
        return pairwise_sum(values, half) + pairwise_sum(values + half, n - half);
    }
    double sums[8] = {0.0}, sum = 0.0;
    Py_ssize_t i = 0;
    if (n >= 8) {
        for (; i < n - n % 8; i += 8)
            for (int k = 0; k < 8; k++)
                sums[k] += values[i + k];
        sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    }
    for (; i < n; i++)
        sum += values[i];
    return sum;
}

PyDoc_STRVAR(estimate_doc,
             "estimate(first int32, last int32, counted bool, odds float64, places int64 out, mass float64 out, iterations, start, spun, kept,\n"
             "highest): the place of each arc and the summed odds of the counted ones at each; returns how many places there are, and the spin\n"
             "rate. See `unspin.decoding.spin_rate`; `spun` and `kept` are the pseudo-counts.");

static PyObject *estimate(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 11, "estimate") < 0)
        return NULL;
    long iterations = PyLong_AsLong(args[6]);
    double rate = PyFloat_AsDouble(args[7]), spun = PyFloat_AsDouble(args[8]), kept = PyFloat_AsDouble(args[9]);
    double highest = PyFloat_AsDouble(args[10]);
    if (PyErr_Occurred() || acquire(&b, args, 6, 2) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf, *last = b.list[1].buf;
    const uint8_t *counted = b.list[2].buf;
    const double *odds = b.list[3].buf;
    int64_t *place = b.list[4].buf, found = -1;
    double *mass = b.list[5].buf;
    Py_ssize_t n = b.list[0].len / (Py_ssize_t)sizeof(int32_t);
    int fits = 1;
    for (Py_ssize_t i = 0; i < n && fits; i++)
        fits = first[i] >= 0 && first[i] < last[i] && last[i] < INT32_MAX;
    double *share = fits ? malloc(((size_t)n + 1) * sizeof(double)) : NULL;
    if (share != NULL)
        found = gather_places(first, last, counted, counted, odds, n, place, mass);
    if (found >= 0) {
        for (; iterations > 0; iterations--) {
            for (int64_t p = 0; p < found; p++)
                share[p] = mass[p] * rate / (mass[p] * rate + 1 - rate);
            rate = (pairwise_sum(share, found) + spun) / ((double)found + spun + kept);
            rate = rate < highest ? rate : highest;
        }
        found = gather_places(first, last, NULL, counted, odds, n, place, mass);
    }
    free(share);
    release(&b);
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "estimate: no such words");
    else if (found < 0)
        PyErr_NoMemory();
    return found < 0 ? NULL : Py_BuildValue("Ld", (long long)found, rate);
}

/* The arcs of a text (n) at their places (m), as `unspin.decoding.decoder` weighs them. */
typedef struct {
    const int64_t *place;
    const int32_t *first, *last, *row, *canonical, *replaced;
    const double *score, *odds, *excess;
    const uint8_t *leading, *lenient, *odd;
    Py_ssize_t n, m;
} Weighed;

/* Whether all of them lie in a text of so many words, and at places. */
static int all_fit(const Weighed *arcs, Py_ssize_t words) {
    int fits = 1;
    for (Py_ssize_t i = 0; i < arcs->n && fits; i++)
        fits = arcs->place[i] >= 0 && arcs->place[i] < arcs->m && arcs->first[i] >= 0 && arcs->first[i] < arcs->last[i] && arcs->last[i] <= words;
    return fits;
}

#define MOST 16 /* that a place may keep */

/* Marks in `chosen` the best few arcs of each place, of those whose log-odds are not NAN; of equals the first. -1 without memory. */
static int mark_best(const int64_t *place, const double *logodds, Py_ssize_t n, Py_ssize_t m, int most, uint8_t *chosen) {
    typedef struct {
        int n;
        int32_t arc[MOST]; /* the best so far, the highest first */
    } Ranking;
    Ranking *rankings = calloc((size_t)m + 1, sizeof(Ranking));
    if (rankings == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (isnan(logodds[i]))
            continue;
        Ranking *here = &rankings[place[i]];
        int k = here->n;
        if (k == most && logodds[here->arc[k - 1]] >= logodds[i])
            continue;
        here->n += k < most;
        k -= k == most;
        for (; k > 0 && logodds[here->arc[k - 1]] < logodds[i]; k--)
            here->arc[k] = here->arc[k - 1];
        here->arc[k] = (int32_t)i;
    }
    for (Py_ssize_t p = 0; p < m; p++)
        for (int k = 0; k < rankings[p].n; k++)
            chosen[rankings[p].arc[k]] = 1;
    free(rankings);
    return 0;
}

/* What is not worth a look: log-odds below these, of most arcs, of lenient ones, and of those that are odd with so many words replaced, and
so many in all. And how many of a place are. */
typedef struct {
    double ordinary, lenient, manifold;
    int most, most_manifold, replaced, words;
} Limits;

/* The arcs that deserve a look; returns how many, -1 without memory. */
static Py_ssize_t contenders(const Weighed *arcs, double log_rate, const Limits *limits, int64_t *keep) {
    Py_ssize_t kept = 0;
    uint8_t *chosen = calloc((size_t)arcs->n + 1, 1);
    double *logodds = calloc((size_t)arcs->n + 1, sizeof(double));
    int failed = chosen == NULL || logodds == NULL, any = 0;
    for (Py_ssize_t i = 0; i < arcs->n && !failed; i++) {
        double value = arcs->score[i] + log_rate;
        logodds[i] = value > (arcs->lenient[i] ? limits->lenient : limits->ordinary) ? value : NAN;
    }
    failed = failed || mark_best(arcs->place, logodds, arcs->n, arcs->m, limits->most, chosen) < 0;
    for (Py_ssize_t i = 0; i < arcs->n && !failed; i++) {
        double value = arcs->score[i] + log_rate;
        int manifold = arcs->odd[i] && arcs->replaced[i] >= limits->replaced && arcs->last[i] - arcs->first[i] >= limits->words;
        logodds[i] = manifold && value > limits->manifold ? value : NAN;
        any |= !isnan(logodds[i]);
    }
    failed = failed || (any && mark_best(arcs->place, logodds, arcs->n, arcs->m, limits->most_manifold, chosen) < 0);
    for (Py_ssize_t i = 0; i < arcs->n && !failed; i++)
        if (chosen[i])
            keep[kept++] = i;
    free(chosen);
    free(logodds);
    return failed ? -1 : kept;
}

/* A hash that is carried on over the bytes of a text, hyphens as blanks; 0 with an exception set if it is none. */
static uint64_t hash_on(uint64_t hash, PyObject *text) {
    Py_ssize_t size;
    const char *bytes = text == NULL ? NULL : PyUnicode_AsUTF8AndSize(text, &size);
    if (bytes == NULL)
        return 0;
    for (Py_ssize_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)(bytes[i] == '-' ? ' ' : bytes[i])) * UINT64_C(1099511628211);
    return (hash ^ ' ') * UINT64_C(1099511628211);
}

/* What the words low:high read with the candidate of an arc, as a hash; 0 with an exception set. */
static uint64_t reading_hash(const Weighed *arcs, int64_t arc, int32_t low, int32_t high, PyObject *keys, PyObject *texts) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int32_t k = low; hash != 0 && k < arcs->first[arc]; k++)
        hash = hash_on(hash, PyList_GET_ITEM(keys, k));
    PyObject *index = hash ? PyLong_FromLong(arcs->canonical[arc]) : NULL, *candidate = index ? PyObject_GetItem(texts, index) : NULL;
    hash = candidate ? hash_on(hash, candidate) : 0;
    Py_XDECREF(index);
    Py_XDECREF(candidate);
    for (int32_t k = arcs->last[arc]; hash != 0 && k < high; k++)
        hash = hash_on(hash, PyList_GET_ITEM(keys, k));
    return hash;
}

/* Of n arcs in `keep` one for each different reading of a place, the best, and whether any that reads so is a tell; returns how many are
left, -1 with an exception set. `reading` numbers the candidates; where the spans of a place differ, their `texts`, by number of the
candidate, are read between the `keys` around them. */
static Py_ssize_t keep_distinct(const Weighed *arcs, int64_t *keep, Py_ssize_t n, const int32_t *reading, const uint8_t *tell, PyObject *keys,
                                PyObject *texts, uint8_t *told) {
    typedef struct {
        int32_t low, high;
        int met, uneven;
    } Reach;
    Py_ssize_t kept = 0;
    Reach *reach = calloc((size_t)arcs->m + 1, sizeof(Reach));
    /* by arc: what it reads, and, if it is the first that does, which is the best that reads the same */
    int64_t *text = malloc(((size_t)n + 1) * 2 * sizeof(int64_t)), *best = text + n;
    uint8_t *any = calloc((size_t)n + 1, 1);
    Kinds by_text = {NULL, 0, 0};
    if (reach == NULL || text == NULL || any == NULL || kinds_for(&by_text, n) < 0) {
        PyErr_NoMemory();
        kept = -1;
    }
    for (Py_ssize_t k = 0; k < n && kept >= 0; k++) {
        int32_t first = arcs->first[keep[k]], last = arcs->last[keep[k]];
        Reach *place = &reach[arcs->place[keep[k]]];
        if (!place->met)
            *place = (Reach){first, last, 1, 0};
        place->uneven |= place->low != first || place->high != last;
        place->low = first < place->low ? first : place->low;
        place->high = last > place->high ? last : place->high;
    }
    for (Py_ssize_t k = 0; k < n && kept >= 0; k++) {
        const Reach *place = &reach[arcs->place[keep[k]]];
        uint64_t hash = place->uneven ? reading_hash(arcs, keep[k], place->low, place->high, keys, texts)
                                      : (uint64_t)reading[arcs->canonical[keep[k]]];
        if (hash == 0 && PyErr_Occurred()) {
            kept = -1;
            break;
        }
        text[k] = (int64_t)((uint64_t)arcs->place[keep[k]] * MULTIPLIER + hash);
        int64_t *lead = &by_text.first[kind_of(&by_text, text, text[k])];
        if (*lead < 0)
            *lead = best[k] = k;
        else if (arcs->score[keep[k]] > arcs->score[keep[best[*lead]]])
            best[*lead] = k;
        any[*lead] |= tell[arcs->row[keep[k]]];
    }
    for (Py_ssize_t k = 0; k < n && kept >= 0; k++) {
        int64_t lead = by_text.first[kind_of(&by_text, text, text[k])];
        if (best[lead] != k)
            continue;
        told[kept] = any[lead];
        keep[kept++] = keep[k];
    }
    free(reach);
    free(text);
    free(any);
    free(by_text.first);
    return kept;
}

static inline double clipped(double value, double most) { return value > most ? most : value < -most ? -most : value; }

/* For each of the arcs in `keep`, how many others that begin at no `repeated` word have the same row, and the mean of their scores, 0 if
there are none; no score counts for more than `most`. -1 without memory. */
static int support(const Weighed *arcs, const int64_t *keep, Py_ssize_t kept, const uint8_t *repeated, double most, int64_t *others,
                   double *mean) {
    int bits = 1;
    while (((Py_ssize_t)1 << bits) < 2 * kept)
        bits++;
    size_t slots = (size_t)1 << bits;
    int64_t *keys = malloc(slots * sizeof(int64_t)), *counts = calloc(slots, sizeof(int64_t));
    double *totals = calloc(slots, sizeof(double));
    if (keys == NULL || counts == NULL || totals == NULL) {
        free(keys);
        free(counts);
        free(totals);
        return -1;
    }
    memset(keys, 0xff, slots * sizeof(int64_t));
    Table table = {keys, slots - 1, 64 - bits};
    for (Py_ssize_t k = 0; k < kept; k++) {
        int64_t row = arcs->row[keep[k]];
        uint64_t slot = home(table, row);
        while (keys[slot] != -1 && keys[slot] != row)
            slot = (slot + 1) & table.mask;
        keys[slot] = row;
    }
    for (Py_ssize_t i = 0; i < arcs->n; i++) {
        int64_t slot = repeated[arcs->first[i]] ? -1 : find_from(table, arcs->row[i], home(table, arcs->row[i]));
        if (slot < 0)
            continue;
        counts[slot]++;
        totals[slot] += clipped(arcs->score[i], most);
    }
    for (Py_ssize_t k = 0; k < kept; k++) {
        int64_t row = arcs->row[keep[k]], slot = find_from(table, row, home(table, row)), counted = !repeated[arcs->first[keep[k]]];
        others[k] = counts[slot] - counted;
        mean[k] = (totals[slot] - clipped(arcs->score[keep[k]], most) * (double)counted) / (double)(others[k] > 0 ? others[k] : 1);
    }
    free(keys);
    free(counts);
    free(totals);
    return 0;
}

/* Of the place of each arc in `keep`: the arc's share of their odds, the mass, how far its score is ahead of the best other one, the summed
excess of the leading arcs, and their number. Returns at how many places there is an arc that begins at no `repeated` word, -1 without
memory. */
static Py_ssize_t describe_places(const Weighed *arcs, const double *mass, const int64_t *keep, Py_ssize_t kept, const uint8_t *repeated,
                                  double no_rival, double *share, double *of_mass, double *margin, double *excess, double *rivals) {
    typedef struct {
        double excess, rivals, top, second, odds;
        int spinnable;
    } Place;
    Py_ssize_t spinnable = 0;
    Place *places = malloc(((size_t)arcs->m + 1) * sizeof(Place));
    if (places == NULL)
        return -1;
    for (Py_ssize_t p = 0; p < arcs->m; p++)
        places[p] = (Place){0.0, 0.0, -INFINITY, no_rival, 0.0, 0};
    for (Py_ssize_t i = 0; i < arcs->n; i++) {
        Place *place = &places[arcs->place[i]];
        place->excess += arcs->excess[i] * (double)arcs->leading[i];
        place->rivals += (double)arcs->leading[i];
        place->top = arcs->score[i] > place->top ? arcs->score[i] : place->top;
        place->spinnable |= !repeated[arcs->first[i]];
    }
    for (Py_ssize_t i = 0; i < arcs->n; i++) {
        Place *place = &places[arcs->place[i]];
        if (arcs->score[i] < place->top && arcs->score[i] > place->second)
            place->second = arcs->score[i];
    }
    for (Py_ssize_t k = 0; k < kept; k++)
        places[arcs->place[keep[k]]].odds += arcs->odds[keep[k]];
    for (Py_ssize_t p = 0; p < arcs->m; p++)
        spinnable += places[p].spinnable;
    for (Py_ssize_t k = 0; k < kept; k++) {
        const Place *place = &places[arcs->place[keep[k]]];
        double score = arcs->score[keep[k]];
        share[k] = arcs->odds[keep[k]] / place->odds;
        of_mass[k] = mass[arcs->place[keep[k]]];
        margin[k] = score - (score < place->top ? place->top : place->second);
        excess[k] = place->excess;
        rivals[k] = place->rivals > 1.0 ? place->rivals : 1.0;
    }
    free(places);
    return spinnable;
}

PyDoc_STRVAR(choose_doc,
             "choose(places int64, first int32, last int32, row int32, canonical int32, replaced int32, score float64, odds float64, excess\n"
             "float64, leading bool, lenient bool, odd bool, mass float64, reading int32, tell bool, repeated bool, keep int64 out, told bool\n"
             "out, others int64 out, columns float64 out (6, n), keys list, texts, log_rate, no_rival, most, (negligible, negligible of\n"
             "lenient ones, of manifold ones), (most of a place, most of manifold ones, replaced, words)): the arcs that deserve a look, in\n"
             "order, and what is said of them; see `_Choice` of `unspin.decoding.decoder`. Returns how many, and `spinnable`. `mass` is by\n"
             "place, `reading` by candidate, `tell` by row of the lexicon, `repeated` by word; no score counts for more than `most` where\n"
             "arcs support each other.");

static PyObject *choose(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 27, "choose") < 0)
        return NULL;
    double log_rate = PyFloat_AsDouble(args[22]), no_rival = PyFloat_AsDouble(args[23]), most = PyFloat_AsDouble(args[24]);
    Limits limits;
    if (PyErr_Occurred() || !PyArg_ParseTuple(args[25], "ddd", &limits.ordinary, &limits.lenient, &limits.manifold) ||
        !PyArg_ParseTuple(args[26], "iiii", &limits.most, &limits.most_manifold, &limits.replaced, &limits.words))
        return NULL;
    if (!PyList_Check(args[20]) || limits.most > MOST || limits.most_manifold > MOST) {
        PyErr_SetString(PyExc_TypeError, "choose takes a list of words, and no more of a place");
        return NULL;
    }
    if (acquire(&b, args, 20, 4) < 0)
        return NULL;
    const Weighed arcs = {b.list[0].buf, b.list[1].buf, b.list[2].buf, b.list[3].buf, b.list[4].buf,  b.list[5].buf,  b.list[6].buf,
                          b.list[7].buf, b.list[8].buf, b.list[9].buf, b.list[10].buf, b.list[11].buf,
                          b.list[0].len / (Py_ssize_t)sizeof(int64_t), b.list[12].len / (Py_ssize_t)sizeof(double)};
    const uint8_t *repeated = b.list[15].buf;
    int64_t *keep = b.list[16].buf;
    double *columns = b.list[19].buf;
    Py_ssize_t n = arcs.n, kept = -1, spinnable = -1;
    if (!all_fit(&arcs, PyList_GET_SIZE(args[20])))
        PyErr_SetString(PyExc_ValueError, "choose: no such places or words");
    else if ((kept = contenders(&arcs, log_rate, &limits, keep)) < 0)
        PyErr_NoMemory();
    else if ((kept = keep_distinct(&arcs, keep, kept, b.list[13].buf, b.list[14].buf, args[20], args[21], b.list[17].buf)) >= 0) {
        if (support(&arcs, keep, kept, repeated, most, b.list[18].buf, columns + 5 * n) == 0)
            spinnable = describe_places(&arcs, b.list[12].buf, keep, kept, repeated, no_rival, columns, columns + n, columns + 2 * n,
                                        columns + 3 * n, columns + 4 * n);
        if (spinnable < 0)
            PyErr_NoMemory();
    }
    release(&b);
    return spinnable < 0 ? NULL : Py_BuildValue("nn", kept, spinnable);
}

#define LOOKED 19 /* columns that `looked` fills */

PyDoc_STRVAR(looked_doc,
             "looked(pairs uint32 (slots, 2), stream int32, at int64, ids int32, begins int32, of_canonical float32,\n"
             "kind int8, starts int32, stops int32, capitals bool, joined bool, counts int64, first int32, last int32, row int32,\n"
             "canonical int32, unigram float32, posterior float64, out float32 (n, 19), kinds, vocabulary, first_pattern_row,\n"
             "unlisted, reach): the columns `LOOKED` of `unspin.decoding.features`, where `kinds` are those of the columns 'phrase' to\n"
             "'collocation' and `unlisted` is the rank of what is not listed.");

static PyObject *looked(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 24, "looked") < 0)
        return NULL;
    int64_t vocabulary = PyLong_AsLongLong(args[20]);
    int32_t first_pattern_row = (int32_t)PyLong_AsLong(args[21]);
    long kinds[4] = {0}, unlisted = PyLong_AsLong(args[22]), reach = PyLong_AsLong(args[23]);
    if (PyErr_Occurred() || !PyArg_ParseTuple(args[19], "llll", &kinds[0], &kinds[1], &kinds[2], &kinds[3]) || acquire(&b, args, 19, 1) < 0)
        return NULL;
    Packed pairs = packed_of(&b.list[0], 2, bits_below((uint64_t)vocabulary * (uint64_t)vocabulary));
    const float *of_canonical = b.list[5].buf, *unigram = b.list[16].buf;
    const int32_t *stream = b.list[1].buf, *starts = b.list[7].buf, *stops = b.list[8].buf;
    const int64_t *at = b.list[2].buf, *counts = b.list[11].buf;
    const int8_t *kind = b.list[6].buf;
    Phrases phrases = phrases_of(&b.list[3]);
    const uint8_t *capitals = b.list[9].buf, *joined = b.list[10].buf;
    const int32_t *first = b.list[12].buf, *last = b.list[13].buf, *row = b.list[14].buf, *canonical = b.list[15].buf;
    const double *posterior = b.list[17].buf;
    float *out = b.list[18].buf;
    Py_ssize_t n = b.list[12].len / (Py_ssize_t)sizeof(int32_t), words = b.list[2].len / (Py_ssize_t)sizeof(int64_t), asked = 0;
    Py_ssize_t groups = b.list[8].len / (Py_ssize_t)sizeof(int32_t);
    int fits = 1;
    for (Py_ssize_t i = 0; i < n && fits; i++) {
        fits = first[i] >= 0 && first[i] < last[i] && last[i] <= words && row[i] >= 0 && row[i] < b.list[6].len && canonical[i] >= 0 &&
               canonical[i] < phrases.n && size_of(&phrases, canonical[i]) > 0;
        asked += fits ? last[i] - first[i] + size_of(&phrases, canonical[i]) + 2 : 0;
    }
    int64_t *keys = fits ? calloc((size_t)(2 * asked + 1), sizeof(int64_t)) : NULL;
    double *total = fits ? calloc((size_t)words + 2, sizeof(double)) : NULL;
    if (keys == NULL || total == NULL) {
        free(keys);
        free(total);
        release(&b);
        if (!fits)
            PyErr_SetString(PyExc_ValueError, "looked: no such words, rows or candidates");
        return fits ? PyErr_NoMemory() : NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    int64_t *key = keys, *slots = keys + asked;
    for (Py_ssize_t i = 0; i < n; i++) {
        const int32_t *own = words_of(&phrases, canonical[i]);
        int32_t spun = last[i] - first[i], size = size_of(&phrases, canonical[i]);
        int64_t from = at[first[i]], after = at[last[i] - 1] + 1;
        *key++ = stream[from - 1] * vocabulary + stream[from];
        *key++ = stream[after - 1] * vocabulary + stream[after];
        *key++ = stream[from - 1] * vocabulary + own[0];
        *key++ = own[size - 1] * vocabulary + stream[after];
        for (int32_t k = 1; k < spun; k++)
            *key++ = stream[from + k - 1] * vocabulary + stream[from + k];
        for (int32_t k = 1; k < size; k++)
            *key++ = own[k - 1] * vocabulary + own[k];
        total[first[i] + 1] += posterior[i];
    }
    for (Py_ssize_t word = 0; word < words; word++)
        total[word + 1] += total[word];
    find_packed_all(&pairs, keys, asked, slots);
    const int64_t *slot = slots;
    for (Py_ssize_t i = 0; i < n; i++) {
        float *to = out + i * LOOKED, edges[4], inside[2] = {0.0f, 0.0f};
        int32_t low = first[i], high = last[i], sizes[2] = {high - low, size_of(&phrases, canonical[i])};
        for (int k = 0; k < 4; k++, slot++)
            edges[k] = *slot >= 0 ? packed_value(&pairs, *slot, 0) : 0.0f;
        for (int side = 0; side < 2; side++)
            for (int32_t k = 1; k < sizes[side]; k++, slot++)
                inside[side] += *slot >= 0 ? packed_value(&pairs, *slot, 0) : 0.0f;
        int64_t rarest = counts[low];
        for (int32_t word = low + 1; word < high; word++)
            rarest = counts[word] < rarest ? counts[word] : rarest;
        /* what opens a sentence may have a capital: words stand side by side only inside one */
        int capital = capitals[low] && low > 0 && at[low] == at[low - 1] + 1;
        int before = low > 0 && joined[low - 1] && capitals[low - 1] && low > 1 && at[low - 1] == at[low - 2] + 1;
        int after = high < words && joined[high - 1] && capitals[high];
        int32_t group = group_of(starts, groups, row[i]);
        int listed = row[i] < first_pattern_row;
        double around = total[high + reach < words ? high + reach : words] - total[low > reach ? low - reach : 0];
        *to++ = (float)sizes[0];
        *to++ = (float)sizes[1];
        for (int k = 0; k < 4; k++)
            *to++ = (float)(kind[row[i]] == kinds[k]);
        for (int side = 0; side < 2; side++)
            *to++ = sizes[side] > 1 ? (float)((double)inside[side] / (double)(sizes[side] - 1)) : -1.0f;
        *to++ = (float)capital;
        *to++ = (float)(before || after);
        *to++ = (float)(rarest - 1);
        *to++ = (float)((double)(of_canonical[canonical[i]] - unigram[i]) / (double)sizes[0]);
        for (int k = 0; k < 4; k++)
            *to++ = edges[k];
        *to++ = (float)(around - (total[high] - total[low]));
        *to++ = (float)(listed ? row[i] - starts[group] : unlisted);
        *to++ = (float)(listed ? stops[group] - starts[group] : 0);
    }
    Py_END_ALLOW_THREADS
    free(keys);
    free(total);
    release(&b);
    Py_RETURN_NONE;
}

/* A span with a candidate, and how confident one is of it. */
typedef struct {
    double confidence;
    int32_t first, last, canonical;
    int64_t index;
} Ranked;

static int by_confidence(const void *left, const void *right) {
    const Ranked *a = left, *b = right;
    if (a->confidence != b->confidence)
        return a->confidence > b->confidence ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->last != b->last)
        return a->last > b->last ? -1 : 1;
    if (a->canonical != b->canonical)
        return a->canonical < b->canonical ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

PyDoc_STRVAR(rank_doc,
             "rank(first int32, last int32, canonical int32, confidence float64, ranked int64 out, lowest): see `ranking` of\n"
             "`unspin.decoding.selection`; returns how many.");

static PyObject *rank(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 6, "rank") < 0)
        return NULL;
    double lowest = PyFloat_AsDouble(args[5]);
    if (PyErr_Occurred() || acquire(&b, args, 5, 1) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf, *last = b.list[1].buf, *canonical = b.list[2].buf;
    const double *confidence = b.list[3].buf;
    int64_t *ranked = b.list[4].buf;
    Py_ssize_t n = b.list[3].len / (Py_ssize_t)sizeof(double), kept = 0;
    Ranked *list = malloc(((size_t)n + 1) * sizeof(Ranked));
    if (list == NULL) {
        release(&b);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < n; i++)
        if (confidence[i] >= lowest)
            list[kept++] = (Ranked){confidence[i], first[i], last[i], canonical[i], i};
    qsort(list, (size_t)kept, sizeof(Ranked), by_confidence);
    for (Py_ssize_t k = 0; k < kept; k++)
        ranked[k] = list[k].index;
    free(list);
    release(&b);
    return PyLong_FromSsize_t(kept);
}

PyDoc_STRVAR(stand_doc,
             "stand(first int32, last int32, ranked int64, taken uint8 out, chosen int64 out): of spans in this order those that share no word\n"
             "with one before; returns how many. `taken` is zero for each word of the text.");

static PyObject *stand(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 5, "stand") < 0 || acquire(&b, args, 5, 2) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf, *last = b.list[1].buf;
    const int64_t *ranked = b.list[2].buf;
    uint8_t *taken = b.list[3].buf;
    int64_t *chosen = b.list[4].buf;
    Py_ssize_t n = b.list[2].len / (Py_ssize_t)sizeof(int64_t), found = 0;
    for (Py_ssize_t k = 0; k < n; k++) {
        int64_t i = ranked[k];
        size_t size = (size_t)(last[i] - first[i]);
        if (memchr(taken + first[i], 1, size) != NULL)
            continue;
        memset(taken + first[i], 1, size);
        chosen[found++] = i;
    }
    release(&b);
    return PyLong_FromSsize_t(found);
}

/* A value of a place of those with a key, and where it came from. */
typedef struct {
    int64_t key, place;
    double value;
    Py_ssize_t index;
} Company;

static int by_key_and_place(const void *left, const void *right) {
    const Company *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return a->value > b->value ? -1 : a->value < b->value;
}

/* Of each of some rows, by its index, of the other places with the same key: how many, the highest value there, and the mean of what is
highest at each (0 if there are none). Sorts the rows. */
static void others_of(Company *rows, Py_ssize_t n, double *number, double *highest, double *mean) {
    qsort(rows, (size_t)n, sizeof(Company), by_key_and_place);
    for (Py_ssize_t from = 0, to; from < n; from = to) {
        double total = 0.0, top = 0.0, second = 0.0;
        Py_ssize_t own = 0, leader = -1;
        for (to = from; to < n && rows[to].key == rows[from].key; to++) {
            if (to > from && rows[to].place == rows[to - 1].place)
                continue;
            double best = rows[to].value; /* the highest of its place */
            total += best;
            own++;
            if (leader < 0 || best > top) {
                second = leader < 0 ? 0.0 : top;
                top = best;
                leader = to;
            } else if (own == 2 || best > second)
                second = best;
        }
        double others = (double)(own - 1);
        Py_ssize_t lead = from;
        for (Py_ssize_t i = from; i < to; i++) {
            lead = i > from && rows[i].place == rows[i - 1].place ? lead : i;
            number[rows[i].index] = others;
            highest[rows[i].index] = lead == leader ? second : top;
            mean[rows[i].index] = (total - rows[lead].value) / (others > 1.0 ? others : 1.0);
        }
    }
}

/* Appends what is replaced in each arc, tuples of a step from its first word and a key; -1 with an error. What is `alone` has a key that
nothing else has. */
static int add_words(Company **rows, Py_ssize_t *room, Py_ssize_t *n, PyObject *replaced, int32_t first, double value, int alone) {
    if (!PyTuple_Check(replaced) || PyTuple_GET_SIZE(replaced) == 0) {
        PyErr_SetString(PyExc_TypeError, "company takes tuples of what is replaced");
        return -1;
    }
    Py_ssize_t words = PyTuple_GET_SIZE(replaced);
    if (grow((void **)rows, room, *n + words, sizeof(Company)) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t k = 0; k < words; k++, ++*n) {
        long long step, key;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(replaced, k), "LL", &step, &key))
            return -1;
        (*rows)[*n] = (Company){alone ? ~(int64_t)*n : key, first + step, value, *n};
    }
    return 0;
}

PyDoc_STRVAR(company_doc,
             "company(first int32, guess float64, repeated bool, out float32 (arcs, columns), spun list, canonical list, replaced list, lead,\n"
             "pair, words): fills of `company` of `unspin.decoding.company` the column `lead`, five columns from `pair` on and two from\n"
             "`words` on.");

static PyObject *company(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 10, "company") < 0)
        return NULL;
    Py_ssize_t to_lead = PyLong_AsSsize_t(args[7]), to_pair = PyLong_AsSsize_t(args[8]), to_words = PyLong_AsSsize_t(args[9]);
    if (!PyErr_Occurred() && !(PyList_Check(args[4]) && PyList_Check(args[5]) && PyList_Check(args[6])))
        PyErr_SetString(PyExc_TypeError, "company takes lists of texts and of what is replaced");
    if (PyErr_Occurred() || acquire(&b, args, 4, 1) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf;
    const double *guess = b.list[1].buf;
    const uint8_t *repeated = b.list[2].buf;
    float *out = b.list[3].buf;
    Py_ssize_t n = b.list[2].len, columns = n ? b.list[3].len / (Py_ssize_t)sizeof(float) / n : 0, words = 0, room = 0;
    int64_t *hashes = malloc(((size_t)n + 1) * 2 * sizeof(int64_t));
    Company *rows = NULL;
    double *found = NULL;
    if (PyList_GET_SIZE(args[4]) != n || PyList_GET_SIZE(args[5]) != n || PyList_GET_SIZE(args[6]) != n)
        PyErr_SetString(PyExc_ValueError, "company: two texts and what is replaced for each arc");
    else if (hashes == NULL)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < 2 * n && !PyErr_Occurred(); i++) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(args[4 + i % 2], i / 2), &size);
        hashes[i] = text == NULL ? 0 : word_hash((const uint8_t *)text, size);
    }
    for (Py_ssize_t i = 0; i < n && !PyErr_Occurred(); i++)
        add_words(&rows, &room, &words, PyList_GET_ITEM(args[6], i), first[i], guess[i], repeated[i]);
    if (!PyErr_Occurred() && ((found = malloc(((size_t)words + 1) * 3 * sizeof(double))) == NULL))
        PyErr_NoMemory();
    if (!PyErr_Occurred()) {
        double *number = found, *highest = number + words, *mean = highest + words;
        others_of(rows, words, number, highest, mean);
        for (Py_ssize_t i = 0, k = 0; i < n; i++) {
            Py_ssize_t end = k + PyTuple_GET_SIZE(PyList_GET_ITEM(args[6], i));
            double least = number[k], lowest = highest[k];
            for (k++; k < end; k++) {
                least = number[k] < least ? number[k] : least;
                lowest = highest[k] < lowest ? highest[k] : lowest;
            }
            out[i * columns + to_words] = (float)least;
            out[i * columns + to_words + 1] = (float)lowest;
        }
        for (int by = 0; by < 4; by++) { /* pair, span, candidate, and of what begins at the same word all others */
            for (Py_ssize_t i = 0; i < n; i++) {
                int64_t spun = hashes[2 * i], canonical = hashes[2 * i + 1];
                int64_t key = by == 0 ? join(spun, canonical) : by == 1 ? spun : canonical;
                rows[i] = by == 3 ? (Company){first[i], i, guess[i], i} : (Company){repeated[i] ? ~(int64_t)i : key, first[i], guess[i], i};
            }
            others_of(rows, n, number, highest, mean);
            for (Py_ssize_t i = 0; i < n; i++) {
                float *to = out + i * columns + to_pair;
                if (by == 0) {
                    to[0] = (float)number[i];
                    to[1] = (float)highest[i];
                    to[2] = (float)mean[i];
                } else if (by == 3)
                    out[i * columns + to_lead] = (float)(guess[i] - highest[i]);
                else
                    to[2 + by] = (float)highest[i];
            }
        }
    }
    free(hashes);
    free(rows);
    free(found);
    release(&b);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(again_doc,
             "again(words int64, texts list, out float32 (texts, columns)): in the first column, how often the rarest word of each text occurs\n"
             "among the words, which are known by their hash.");

static PyObject *again(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 3, "again") < 0)
        return NULL;
    if (!PyList_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "again takes a list of texts");
        return NULL;
    }
    PyObject *columns[2] = {args[0], args[2]};
    if (acquire(&b, columns, 2, 1) < 0)
        return NULL;
    const int64_t *words = b.list[0].buf;
    float *out = b.list[1].buf;
    Py_ssize_t n = b.list[0].len / (Py_ssize_t)sizeof(int64_t), texts = PyList_GET_SIZE(args[1]);
    Py_ssize_t width = texts ? b.list[1].len / (Py_ssize_t)sizeof(float) / texts : 0;
    Kinds kinds = {NULL, 0, 0};
    int32_t *counts = calloc((size_t)n + 1, sizeof(int32_t)); /* at the first of each kind */
    if (counts == NULL || kinds_for(&kinds, n) < 0)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && !PyErr_Occurred(); i++) {
        int64_t *first = &kinds.first[kind_of(&kinds, words, words[i])];
        if (*first < 0)
            *first = i;
        counts[*first]++;
    }
    for (Py_ssize_t i = 0; i < texts && !PyErr_Occurred(); i++) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(args[1], i), &size);
        if (text == NULL)
            break;
        const char *end = text + size;
        int32_t rarest = INT32_MAX;
        while (text <= end) {
            const char *blank = memchr(text, ' ', (size_t)(end - text)), *stop = blank == NULL ? end : blank;
            int64_t first = kinds.first[kind_of(&kinds, words, word_hash((const uint8_t *)text, stop - text))];
            int32_t count = first < 0 ? 0 : counts[first];
            rarest = count < rarest ? count : rarest;
            text = stop + 1;
        }
        out[i * width] = (float)rarest;
    }
    free(kinds.first);
    free(counts);
    release(&b);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(listed_doc,
             "listed(row int32, listed bool, starts int32, stops int32, back int32, similarity float32, logweight float32, out float32 (n, 6) in\n"
             "and out, (rank, number, logweight)): all but the first column of `wording` of `unspin.decoding.features`, where a row is that of a\n"
             "listed pair; the last three say what is said of a pair that is not listed the other way round.");

static PyObject *listed(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 9, "listed") < 0)
        return NULL;
    float unlisted[3];
    if (!PyArg_ParseTuple(args[8], "fff", &unlisted[0], &unlisted[1], &unlisted[2]) || acquire(&b, args, 8, 1) < 0)
        return NULL;
    const int32_t *row = b.list[0].buf, *starts = b.list[2].buf, *stops = b.list[3].buf, *back = b.list[4].buf;
    const uint8_t *is_listed = b.list[1].buf;
    const float *similarity = b.list[5].buf, *logweight = b.list[6].buf;
    float *out = b.list[7].buf;
    Py_ssize_t n = b.list[1].len, groups = b.list[3].len / (Py_ssize_t)sizeof(int32_t);
    for (Py_ssize_t i = 0; i < n; i++, out += 6) {
        if (!is_listed[i])
            continue;
        int32_t opposite = back[row[i]];
        out[1] = similarity[row[i]];
        out[2] = (float)(row[i] - starts[group_of(starts, groups, row[i])]);
        memcpy(out + 3, unlisted, sizeof unlisted);
        if (opposite < 0)
            continue;
        int32_t group = group_of(starts, groups, opposite);
        out[3] = (float)(opposite - starts[group]);
        out[4] = (float)(stops[group] - starts[group]);
        out[5] = logweight[opposite];
    }
    release(&b);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(beside_doc,
             "beside(first int32, last int32, guess float64, chosen float64, density float64 out, before float64 out, after float64 out, wider\n"
             "float64 out, words, reach): `density` of what was chosen, and `_beside` of the guesses; see `unspin.decoding.company`.");

static PyObject *beside(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 10, "beside") < 0)
        return NULL;
    Py_ssize_t words = PyLong_AsSsize_t(args[8]), reach = PyLong_AsSsize_t(args[9]);
    if (PyErr_Occurred() || acquire(&b, args, 8, 4) < 0)
        return NULL;
    const int32_t *first = b.list[0].buf, *last = b.list[1].buf;
    const double *guess = b.list[2].buf, *chosen = b.list[3].buf;
    double *density = b.list[4].buf, *before = b.list[5].buf, *after = b.list[6].buf, *wider = b.list[7].buf;
    Py_ssize_t n = b.list[0].len / (Py_ssize_t)sizeof(int32_t);
    double *total = calloc(3 * ((size_t)words + 2), sizeof(double)), *ending = total + words + 2, *beginning = ending + words + 2;
    if (total == NULL) {
        release(&b);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        total[first[i] + 1] += chosen[i];
        ending[last[i]] = guess[i] > ending[last[i]] ? guess[i] : ending[last[i]];
        beginning[first[i]] = guess[i] > beginning[first[i]] ? guess[i] : beginning[first[i]];
    }
    for (Py_ssize_t i = 0; i <= words; i++)
        total[i + 1] += total[i];
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t low = first[i] > reach ? first[i] - reach : 0, high = last[i] + reach < words ? last[i] + reach : words;
        density[i] = (total[high] - total[low]) - (total[last[i]] - total[first[i]]);
        before[i] = ending[first[i]];
        after[i] = beginning[last[i]];
        wider[i] = 0.0;
        for (Py_ssize_t j = 0; j < n; j++)
            if (first[j] <= first[i] && last[j] >= last[i] && last[j] - first[j] > last[i] - first[i] && guess[j] > wider[i])
                wider[i] = guess[j];
    }
    free(total);
    release(&b);
    Py_RETURN_NONE;
}

/* Which of some endings a text has, their number if it has none. */
static Py_ssize_t ending_of(PyObject *text, PyObject *endings) {
    Py_ssize_t n = PyTuple_GET_SIZE(endings), k = 0;
    while (k < n && PyUnicode_Tailmatch(text, PyTuple_GET_ITEM(endings, k), 0, PY_SSIZE_T_MAX, 1) == 0)
        k++;
    return k;
}

/* How often each pair of words occurs in a text. */
typedef struct {
    Kinds kinds;
    int64_t *pairs, *counts; /* of each place, and of the first place of each pair */
    int64_t words;
} Pairs;

static void free_pairs(Pairs *pairs) {
    free(pairs->kinds.first);
    free(pairs->pairs);
}

/* The pairs of a text in ids below `words`; -1 without memory. */
static int count_pairs(Pairs *pairs, const int32_t *ids, Py_ssize_t n, int64_t words) {
    *pairs = (Pairs){{NULL, 0, 0}, malloc(((size_t)n + 1) * 2 * sizeof(int64_t)), NULL, words};
    if (pairs->pairs == NULL || kinds_for(&pairs->kinds, n) < 0) {
        free_pairs(pairs);
        return -1;
    }
    pairs->counts = pairs->pairs + n;
    for (Py_ssize_t i = 0; i + 1 < n; i++) {
        pairs->pairs[i] = ids[i] * words + ids[i + 1];
        int64_t *first = &pairs->kinds.first[kind_of(&pairs->kinds, pairs->pairs, pairs->pairs[i])];
        if (*first < 0) {
            *first = i;
            pairs->counts[i] = 0;
        }
        pairs->counts[*first]++;
    }
    return 0;
}

static int64_t count_of(const Pairs *pairs, int32_t one, int32_t next, int32_t unknown) {
    int64_t first = pairs->kinds.first[kind_of(&pairs->kinds, pairs->pairs, one * pairs->words + next)];
    return one == unknown || next == unknown || first < 0 ? 0 : pairs->counts[first];
}

static int64_t but_one(int64_t count) { return count > 0 ? count - 1 : 0; }

PyDoc_STRVAR(traces_doc,
             "traces(stream int32, at int64, ids int32, begins int32, takes_an bool, wrong bool, hyphen_before bool, hyphen_behind bool, first\n"
             "int32, last int32, canonical int32, out float32 (arcs, 5), spun list, canonical list, endings tuple, words, unknown, a, an): see\n"
             "`unspin.decoding.traces`. `wrong` says which words are an article that does not fit the next.");

static PyObject *traces(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 19, "traces") < 0)
        return NULL;
    long numbers[4];
    for (int k = 0; k < 4; k++)
        numbers[k] = PyLong_AsLong(args[15 + k]);
    if (!PyErr_Occurred() && !(PyList_Check(args[12]) && PyList_Check(args[13]) && PyTuple_Check(args[14])))
        PyErr_SetString(PyExc_TypeError, "traces takes lists of texts and a tuple of endings");
    if (PyErr_Occurred() || acquire(&b, args, 12, 1) < 0)
        return NULL;
    int32_t unknown = (int32_t)numbers[1], a = (int32_t)numbers[2], an = (int32_t)numbers[3];
    const int32_t *stream = b.list[0].buf, *first = b.list[8].buf, *last = b.list[9].buf, *canonical = b.list[10].buf;
    const int64_t *at = b.list[1].buf;
    Phrases phrases = phrases_of(&b.list[2]);
    const uint8_t *takes_an = b.list[4].buf, *wrong = b.list[5].buf, *hyphen_before = b.list[6].buf, *hyphen_behind = b.list[7].buf;
    float *out = b.list[11].buf;
    Py_ssize_t arcs = b.list[8].len / (Py_ssize_t)sizeof(int32_t);
    Pairs pairs = {{NULL, 0, 0}, NULL, NULL, 0};
    if (PyList_GET_SIZE(args[12]) != arcs || PyList_GET_SIZE(args[13]) != arcs)
        PyErr_SetString(PyExc_ValueError, "traces: a text for each arc");
    else if (count_pairs(&pairs, stream, b.list[0].len / (Py_ssize_t)sizeof(int32_t), numbers[0]) < 0)
        PyErr_NoMemory();
    if (PyErr_Occurred()) {
        release(&b);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < arcs; i++, out += 5) {
        const int32_t *candidate = words_of(&phrases, canonical[i]), *span = stream + at[first[i]], *end = stream + at[last[i] - 1];
        int32_t before = span[-1], after = end[1], opening = candidate[0], closing = candidate[size_of(&phrases, canonical[i]) - 1];
        int article = 0;
        for (int32_t k = first[i] > 0 ? first[i] - 1 : 0; k < last[i] - 1; k++)
            article += wrong[k];
        if (before == a || before == an)
            article -= takes_an[canonical[i]] != (before == an);
        int left = opening != *span, right = closing != *end;
        out[0] = (float)article;
        out[1] = (float)(hyphen_before[first[i]] + hyphen_behind[last[i] - 1]);
        out[2] = ending_of(PyList_GET_ITEM(args[12], i), args[14]) == ending_of(PyList_GET_ITEM(args[13], i), args[14]);
        out[3] = (float)(left * count_of(&pairs, before, opening, unknown) + right * count_of(&pairs, closing, after, unknown));
        out[4] = (float)(left * but_one(count_of(&pairs, before, *span, unknown)) + right * but_one(count_of(&pairs, *end, after, unknown)));
    }
    free_pairs(&pairs);
    release(&b);
    Py_RETURN_NONE;
}

#define DIMENSIONS 64 /* of the vectors of words */
#define LANES 8       /* sums that are added up side by side */

/* Of vectors of whole numbers, of which a double holds any sum here: exact, in whatever order. */
static inline double dot(const double *left, const double *right) {
    double sums[LANES] = {0.0}, sum = 0.0;
    for (int d = 0; d < DIMENSIONS; d += LANES)
        for (int k = 0; k < LANES; k++)
            sums[k] += left[d + k] * right[d + k];
    for (int k = 0; k < LANES; k++)
        sum += sums[k];
    return sum;
}

/* What `topic` reads: of some arcs, and of the words of their text (n). */
typedef struct {
    const int8_t *vectors;
    const uint8_t *has_vector;
    Phrases phrases;
    const int32_t *ids, *first, *last, *canonical, *reaches;
    const int64_t *weight;
    Py_ssize_t n, arcs, windows;
    double step;
} Topic;

/* The sums (n + 1) of the weighted vectors before each word, and of all. */
ALSO_WIDER static void sum_up(const Topic *t, double *around) {
    memset(around, 0, DIMENSIONS * sizeof(double));
    for (Py_ssize_t i = 0; i < t->n; i++, around += DIMENSIONS) {
        const int8_t *vector = t->vectors + (Py_ssize_t)t->ids[i] * DIMENSIONS;
        double weight = (double)t->weight[i];
        for (int d = 0; d < DIMENSIONS; d++)
            around[DIMENSIONS + d] = around[d] + weight * (double)vector[d];
    }
}

/* The cosines of each arc, by these sums. There is room for the `context` of each window and its length. */
ALSO_WIDER static void compare(const Topic *t, const double *around, double *context, double *lengths, float *out) {
    const int32_t *first = t->first, *last = t->last;
    for (Py_ssize_t arc = 0; arc < t->arcs; arc++) {
        double own[2][DIMENSIONS] = {{0.0}}, words[2] = {0.0, 0.0}; /* of the span and of the candidate */
        const int32_t *parts[2] = {t->ids + first[arc], words_of(&t->phrases, t->canonical[arc])};
        Py_ssize_t sizes[2] = {last[arc] - first[arc], size_of(&t->phrases, t->canonical[arc])};
        for (int side = 0; side < 2; side++)
            for (Py_ssize_t k = 0; k < sizes[side]; k++)
                if (t->has_vector[parts[side][k]]) {
                    words[side] += 1.0;
                    for (int d = 0; d < DIMENSIONS; d++)
                        own[side][d] += (double)t->vectors[(Py_ssize_t)parts[side][k] * DIMENSIONS + d];
                }
        int known = words[0] > 0.0 && words[1] > 0.0;
        int new_span = arc == 0 || first[arc] != first[arc - 1] || last[arc] != last[arc - 1];
        const double *begin = around + (Py_ssize_t)first[arc] * DIMENSIONS, *end = around + (Py_ssize_t)last[arc] * DIMENSIONS;
        for (Py_ssize_t w = 0; w < t->windows; w++) {
            double *here = context + w * DIMENSIONS;
            if (new_span) {
                Py_ssize_t low = first[arc] > t->reaches[w] ? first[arc] - t->reaches[w] : 0;
                Py_ssize_t high = last[arc] + (Py_ssize_t)t->reaches[w] < t->n ? last[arc] + t->reaches[w] : t->n;
                for (int d = 0; d < DIMENSIONS; d++)
                    here[d] = (around[high * DIMENSIONS + d] - around[low * DIMENSIONS + d]) - (end[d] - begin[d]);
                lengths[w] = sqrt(dot(here, here));
            }
            float *to = out + (arc * t->windows + w) * 2;
            to[0] = to[1] = 0.0f;
            if (!known || !(lengths[w] > 0.0))
                continue;
            double fit = t->step * (dot(own[0], here) / (words[0] * lengths[w]));
            double other = t->step * (dot(own[1], here) / (words[1] * lengths[w]));
            to[0] = (float)fit;
            to[1] = (float)(other - fit);
        }
    }
}

PyDoc_STRVAR(topic_doc,
             "topic(vectors int8 (words, 64), has_vector bool, canonical_ids int32, begins int32, ids int32, weight int64,\n"
             "first int32, last int32, canonical int32, reaches int32, out float32 (arcs, 2 * reaches), step): see\n"
             "`unspin.decoding.topic`.");

static PyObject *topic(PyObject *module, PyObject *const *args, Py_ssize_t n_args) {
    Buffers b;
    if (arity(n_args, 12, "topic") < 0)
        return NULL;
    double step = PyFloat_AsDouble(args[11]);
    if (PyErr_Occurred() || acquire(&b, args, 11, 1) < 0)
        return NULL;
    Py_ssize_t n = b.list[4].len / (Py_ssize_t)sizeof(int32_t), windows = b.list[9].len / (Py_ssize_t)sizeof(int32_t);
    const Topic t = {b.list[0].buf, b.list[1].buf, phrases_of(&b.list[2]), b.list[4].buf, b.list[6].buf,
                     b.list[7].buf, b.list[8].buf, b.list[9].buf,          b.list[5].buf, n,
                     b.list[6].len / (Py_ssize_t)sizeof(int32_t), windows, step};
    double *around = malloc(((size_t)n + 1 + (size_t)windows) * DIMENSIONS * sizeof(double));
    double *lengths = malloc((size_t)(windows + 1) * sizeof(double));
    if (around != NULL && lengths != NULL) {
        Py_BEGIN_ALLOW_THREADS
        sum_up(&t, around);
        compare(&t, around, around + (n + 1) * DIMENSIONS, lengths, b.list[10].buf);
        Py_END_ALLOW_THREADS
    } else
        PyErr_NoMemory();
    free(around);
    free(lengths);
    release(&b);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"traces", (PyCFunction)(void (*)(void))traces, METH_FASTCALL, traces_doc},
    {"beside", (PyCFunction)(void (*)(void))beside, METH_FASTCALL, beside_doc},
    {"again", (PyCFunction)(void (*)(void))again, METH_FASTCALL, again_doc},
    {"listed", (PyCFunction)(void (*)(void))listed, METH_FASTCALL, listed_doc},
    {"topic", (PyCFunction)(void (*)(void))topic, METH_FASTCALL, topic_doc},
    {"numbered", (PyCFunction)(void (*)(void))numbered, METH_FASTCALL, numbered_doc},
    {"looked", (PyCFunction)(void (*)(void))looked, METH_FASTCALL, looked_doc},
    {"estimate", (PyCFunction)(void (*)(void))estimate, METH_FASTCALL, estimate_doc},
    {"choose", (PyCFunction)(void (*)(void))choose, METH_FASTCALL, choose_doc},
    {"weigh", (PyCFunction)(void (*)(void))weigh, METH_FASTCALL, weigh_doc},
    {"rank", (PyCFunction)(void (*)(void))rank, METH_FASTCALL, rank_doc},
    {"stand", (PyCFunction)(void (*)(void))stand, METH_FASTCALL, stand_doc},
    {"company", (PyCFunction)(void (*)(void))company, METH_FASTCALL, company_doc},
    {"find_packed", (PyCFunction)(void (*)(void))find_packed, METH_FASTCALL, find_packed_doc},
    {"values", (PyCFunction)(void (*)(void))values, METH_FASTCALL, values_doc},
    {"stream", (PyCFunction)(void (*)(void))stream, METH_FASTCALL, stream_doc},
    {"find", (PyCFunction)(void (*)(void))find, METH_FASTCALL, find_doc},
    {"chain", (PyCFunction)(void (*)(void))chain, METH_FASTCALL, chain_doc},
    {"score", (PyCFunction)(void (*)(void))score, METH_FASTCALL, score_doc},
    {"islands", (PyCFunction)(void (*)(void))islands, METH_FASTCALL, islands_doc},
    {"leaves", (PyCFunction)(void (*)(void))leaves, METH_FASTCALL, leaves_doc},
    {"number", (PyCFunction)(void (*)(void))number, METH_FASTCALL, number_doc},
    {"prefixes", (PyCFunction)(void (*)(void))prefixes, METH_FASTCALL, prefixes_doc},
    {"tokens", (PyCFunction)(void (*)(void))tokens, METH_FASTCALL, tokens_doc},
    {"marks", (PyCFunction)(void (*)(void))marks, METH_FASTCALL, marks_doc},
    {"forms", (PyCFunction)(void (*)(void))forms, METH_FASTCALL, forms_doc},
    {"hash_words", (PyCFunction)(void (*)(void))hash_words, METH_FASTCALL, hash_words_doc},
    {"look_up", (PyCFunction)(void (*)(void))look_up, METH_FASTCALL, look_up_doc},
    {"doubtful", (PyCFunction)(void (*)(void))doubtful, METH_FASTCALL, doubtful_doc},
    {"repeated", (PyCFunction)(void (*)(void))repeated, METH_FASTCALL, repeated_doc},
    {"expand", (PyCFunction)(void (*)(void))expand, METH_FASTCALL, expand_doc},
    {"patterns", (PyCFunction)(void (*)(void))patterns, METH_FASTCALL, patterns_doc},
    {"look", (PyCFunction)(void (*)(void))look, METH_FASTCALL, look_doc},
    {"hash_lines", (PyCFunction)(void (*)(void))hash_lines, METH_FASTCALL, hash_lines_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "unspin._speedups", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__speedups(void) { return PyModule_Create(&definition); }

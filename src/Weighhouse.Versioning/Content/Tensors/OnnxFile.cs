using System.Globalization;
using Weighhouse.Blobs;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>Reads the weights, operators, opsets, inputs and outputs of an ONNX model without its numbers.</summary>
internal sealed class OnnxFile
{
    private const int TensorsMax = 100_000;
    private const int FactsMax = 10_000;
    private const int DimensionsMax = 64;

    /// <summary>The format knows five: location, offset, length, checksum and basepath.</summary>
    private const int ExternalEntriesMax = 8;

    /// <summary>The names of TensorProto.DataType, by number.</summary>
    private static readonly string[] Types =
    [
        "", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL", "FLOAT16", "DOUBLE", "UINT32", "UINT64",
        "COMPLEX64", "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4",
    ];

    private readonly ProtobufReader _reader;
    private readonly List<TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _operators = new(StringComparer.Ordinal);
    private bool _hasGraph;

    private OnnxFile(Stream stream) => _reader = new ProtobufReader(stream);

    /// <summary>Null when it is no ONNX model.</summary>
    public static TensorFile? Read(FileContent content)
    {
        using var stream = content.Open();
        var file = new OnnxFile(stream);
        file.Model(content.SizeBytes);
        if (file._reader.IsBroken || !file._hasGraph || file._reader.Position != content.SizeBytes) return null;
        foreach (var (name, count) in file._operators) file.Say($"operator {name}", count.ToString(CultureInfo.InvariantCulture));
        file._tensors.Sort(static (one, other) => one.OffsetBytes.CompareTo(other.OffsetBytes));
        return new TensorFile("onnx", file._tensors, file._facts);
    }

    private void Model(long end)
    {
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            switch (number, wire)
            {
                case (1, 0): Say("ir version", _reader.ReadVarint(end).ToString(CultureInfo.InvariantCulture)); break;
                case (2, 2): Say("producer", _reader.ReadText(end)); break;
                case (3, 2): Say("producer version", _reader.ReadText(end)); break;
                case (5, 0): Say("model version", _reader.ReadVarint(end).ToString(CultureInfo.InvariantCulture)); break;
                case (7, 2): Graph(_reader.ReadEnd(end)); break;
                case (8, 2): Opset(_reader.ReadEnd(end)); break;
                case (14, 2):
                    var (key, value) = Entry(_reader.ReadEnd(end));
                    Say($"metadata {key}", value);
                    break;
                default: _reader.Skip(wire, end); break;
            }
        }
    }

    private void Graph(long end)
    {
        _hasGraph = true;
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            switch (number, wire)
            {
                case (1, 2): Node(_reader.ReadEnd(end)); break;
                case (5, 2): Tensor(_reader.ReadEnd(end)); break;
                case (11, 2): Value("input", _reader.ReadEnd(end)); break;
                case (12, 2): Value("output", _reader.ReadEnd(end)); break;
                default: _reader.Skip(wire, end); break;
            }
        }
    }

    private void Node(long end)
    {
        var (type, domain) = ("", "");
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            if ((number, wire) == (4, 2)) type = _reader.ReadText(end);
            else if ((number, wire) == (7, 2)) domain = _reader.ReadText(end);
            else _reader.Skip(wire, end);
        }

        var name = domain is "" or "ai.onnx" ? type : $"{domain}.{type}";
        if (_operators.Count < FactsMax || _operators.ContainsKey(name)) _operators[name] = _operators.GetValueOrDefault(name) + 1;
    }

    private void Tensor(long end)
    {
        var (name, type, shape, offset, length) = ("", 0UL, new List<long>(), 0L, 0L);
        var external = new List<string>();
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            switch (number, wire)
            {
                case (1, 0): Add(shape, _reader.ReadVarint(end)); break;
                case (1, 2):
                    for (var stop = _reader.ReadEnd(end); _reader.Position < stop && !_reader.IsBroken;)
                        Add(shape, _reader.ReadVarint(stop));
                    break;
                case (2, 0): type = _reader.ReadVarint(end); break;
                // Floats, doubles and raw bytes lie as they are in memory; the other lists are of numbers of varying length.
                case (4 or 9 or 10, 2):
                    var stopsAt = _reader.ReadEnd(end);
                    (offset, length) = (_reader.Position, stopsAt - _reader.Position);
                    _reader.MoveTo(stopsAt);
                    break;
                case (8, 2): name = _reader.ReadText(end); break;
                case (13, 2):
                    var (key, value) = Entry(_reader.ReadEnd(end));
                    if (external.Count < ExternalEntriesMax) external.Add($"{key}={value}");
                    break;
                default: _reader.Skip(wire, end); break;
            }
        }

        if (external.Count > 0) Say($"external {name}", string.Join(' ', external));
        if (_tensors.Count < TensorsMax && !_reader.IsBroken)
            _tensors.Add(new TensorInfo(name, TypeName(type), shape, length == 0 ? end : offset, length));
    }

    /// <summary>An input or output: its name, type and shape, with names for what is free.</summary>
    private void Value(string role, long end)
    {
        var (name, type, shape) = ("", "", "");
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            if ((number, wire) == (1, 2)) name = _reader.ReadText(end);
            else if ((number, wire) == (2, 2)) (type, shape) = TensorType(_reader.ReadEnd(end));
            else _reader.Skip(wire, end);
        }

        Say($"{role} {name}", type + shape);
    }

    private (string Type, string Shape) TensorType(long end)
    {
        var (type, shape) = ("", "");
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            if ((number, wire) != (1, 2))
            {
                _reader.Skip(wire, end);
                continue;
            }

            var stop = _reader.ReadEnd(end);
            while (_reader.TryReadField(stop, out number, out wire))
            {
                if ((number, wire) == (1, 0)) type = TypeName(_reader.ReadVarint(stop));
                else if ((number, wire) == (2, 2)) shape = $"[{string.Join(',', Dimensions(_reader.ReadEnd(stop)))}]";
                else _reader.Skip(wire, stop);
            }
        }

        return (type, shape);
    }

    private List<string> Dimensions(long end)
    {
        var dimensions = new List<string>();
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            if ((number, wire) != (1, 2))
            {
                _reader.Skip(wire, end);
                continue;
            }

            var (stop, text) = (_reader.ReadEnd(end), "?");
            while (_reader.TryReadField(stop, out number, out wire))
            {
                if ((number, wire) == (1, 0)) text = ((long)_reader.ReadVarint(stop)).ToString(CultureInfo.InvariantCulture);
                else if ((number, wire) == (2, 2)) text = _reader.ReadText(stop);
                else _reader.Skip(wire, stop);
            }

            if (dimensions.Count < DimensionsMax) dimensions.Add(text);
        }

        return dimensions;
    }

    private void Opset(long end)
    {
        var (domain, version) = ("", 0UL);
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            if ((number, wire) == (1, 2)) domain = _reader.ReadText(end);
            else if ((number, wire) == (2, 0)) version = _reader.ReadVarint(end);
            else _reader.Skip(wire, end);
        }

        Say($"opset {(domain.Length == 0 ? "ai.onnx" : domain)}", version.ToString(CultureInfo.InvariantCulture));
    }

    private (string Key, string Value) Entry(long end)
    {
        var (key, value) = ("", "");
        while (_reader.TryReadField(end, out var number, out var wire))
        {
            if ((number, wire) == (1, 2)) key = _reader.ReadText(end);
            else if ((number, wire) == (2, 2)) value = _reader.ReadText(end);
            else _reader.Skip(wire, end);
        }

        return (key, value);
    }

    private void Say(string name, string value)
    {
        if (_facts.Count < FactsMax) _facts[TensorFile.Cut(name)] = TensorFile.Cut(value);
    }

    private static void Add(List<long> shape, ulong dimension)
    {
        if (shape.Count < DimensionsMax) shape.Add((long)dimension);
    }

    private static string TypeName(ulong type) =>
        type < (ulong)Types.Length ? Types[type] : type.ToString(CultureInfo.InvariantCulture);
}

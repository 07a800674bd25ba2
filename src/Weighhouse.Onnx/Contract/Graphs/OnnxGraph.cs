namespace Weighhouse.Onnx.Graphs;

/// <summary>Nodes in order, the weights they name, and the ends.</summary>
public sealed class OnnxGraph
{
    public string Name { get; set; } = "graph";

    public string Description { get; set; } = "";

    public List<OnnxPort> Inputs { get; } = [];

    public List<OnnxPort> Outputs { get; } = [];

    /// <summary>Types of values in between, as far as the exporter wrote them.</summary>
    public List<OnnxPort> Values { get; } = [];

    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Weights, by the names that nodes use.</summary>
    public List<OnnxTensor> Weights { get; } = [];

    /// <summary>Weights of which only what is not zero is kept.</summary>
    public List<OnnxSparseTensor> SparseWeights { get; } = [];

    public OnnxNode Add(OnnxNode node)
    {
        Nodes.Add(node);
        return node;
    }
}

/// <summary>One operator at work.</summary>
public sealed class OnnxNode
{
    public string Name { get; set; } = "";

    public string Operator { get; set; } = "";

    /// <summary>The set the operator belongs to; "" is ONNX's own.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Names of values; "" where an optional one is left out.</summary>
    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public List<OnnxAttribute> Attributes { get; } = [];

    public static OnnxNode Of(
        string operatorName, IEnumerable<string> inputs, IEnumerable<string> outputs, params OnnxAttribute[] attributes)
    {
        var node = new OnnxNode { Operator = operatorName };
        node.Inputs.AddRange(inputs);
        node.Outputs.AddRange(outputs);
        node.Attributes.AddRange(attributes);
        return node;
    }
}

/// <summary>The numbers are those of the format.</summary>
public enum OnnxAttributeKind
{
    Undefined = 0,
    Number = 1,
    Integer = 2,
    Text = 3,
    Tensor = 4,
    Graph = 5,
    Numbers = 6,
    Integers = 7,
    Texts = 8,
    Tensors = 9,
    Graphs = 10,
    SparseTensor = 11,
    SparseTensors = 12,
    Type = 13,
    Types = 14,
}

/// <summary>A setting of a node. Which field holds it, <see cref="Kind"/> says.</summary>
public sealed class OnnxAttribute
{
    public string Name { get; set; } = "";

    public OnnxAttributeKind Kind { get; set; }

    public float Number { get; set; }

    public long Integer { get; set; }

    /// <summary>Text is UTF-8 as a rule, but the format does not insist.</summary>
    public ReadOnlyMemory<byte> Text { get; set; }

    public OnnxTensor? Tensor { get; set; }

    public OnnxGraph? Graph { get; set; }

    public OnnxSparseTensor? SparseTensor { get; set; }

    public List<float> Numbers { get; } = [];

    public List<long> Integers { get; } = [];

    public List<ReadOnlyMemory<byte>> Texts { get; } = [];

    public List<OnnxTensor> Tensors { get; } = [];

    public List<OnnxGraph> Graphs { get; } = [];

    public List<OnnxSparseTensor> SparseTensors { get; } = [];

    public OnnxType? Type { get; set; }

    public List<OnnxType> Types { get; } = [];

    public static OnnxAttribute Of(string name, long value) => new() { Name = name, Kind = OnnxAttributeKind.Integer, Integer = value };

    public static OnnxAttribute Of(string name, float value) => new() { Name = name, Kind = OnnxAttributeKind.Number, Number = value };

    public static OnnxAttribute Of(string name, string value) =>
        new() { Name = name, Kind = OnnxAttributeKind.Text, Text = System.Text.Encoding.UTF8.GetBytes(value) };

    public static OnnxAttribute Of(string name, OnnxTensor value) => new() { Name = name, Kind = OnnxAttributeKind.Tensor, Tensor = value };

    public static OnnxAttribute Of(string name, OnnxGraph value) => new() { Name = name, Kind = OnnxAttributeKind.Graph, Graph = value };

    public static OnnxAttribute Of(string name, IEnumerable<long> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = OnnxAttributeKind.Integers };
        attribute.Integers.AddRange(values);
        return attribute;
    }

    public static OnnxAttribute Of(string name, IEnumerable<float> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = OnnxAttributeKind.Numbers };
        attribute.Numbers.AddRange(values);
        return attribute;
    }

    public static OnnxAttribute Of(string name, IEnumerable<string> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = OnnxAttributeKind.Texts };
        foreach (var value in values) attribute.Texts.Add(System.Text.Encoding.UTF8.GetBytes(value));
        return attribute;
    }
}

using System.Diagnostics;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Onnx;

/// <summary>
/// A model says where its weights lie, and is not believed: CVE-2022-25882, CVE-2024-27318, CVE-2026-27489, CVE-2026-34447.
/// </summary>
public sealed class ExternalDataTests : IDisposable
{
    /// <summary>Two weights of two numbers each.</summary>
    private static readonly byte[] Numbers = OnnxHouse.Bytes(1f, 2, 10, 20);

    private readonly TemporaryFolder _home = new();
    private readonly string _folder;

    public ExternalDataTests() => _folder = Directory.CreateDirectory(_home["model"]).FullName;

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("deep/down/größe.bin")]
    public void Weights_in_a_plain_file_below_the_folder_are_read_from_where_they_lie(string location)
    {
        Place(Path.Combine(_folder, location));

        using var session = Load(Model("a", location, 0), Model("b", location, 8)).Value;
        using var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 1), 2).IsFailure);
        Assert.False(call.Run().IsFailure);

        Assert.Equal([12f, 23], call.Output(0).As<float>().ToArray());
        Assert.Equal([location], Model("a", location, 0).ExternalFiles().Value);
        // What is loaded does not look for the name again.
        File.Delete(Path.Combine(_folder, location));
        Assert.False(call.Run().IsFailure);
        Assert.Equal([12f, 23], call.Output(0).As<float>().ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../outside.bin")]
    [InlineData("a/../../outside.bin")]
    [InlineData("./weights.bin")]
    [InlineData("a//weights.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("..\\outside.bin")]
    [InlineData("C:\\weights.bin")]
    [InlineData("C:weights.bin")]
    [InlineData("weights.bin\0.txt")]
    [InlineData("weights.bin:stream")]
    [InlineData("weights.bin.")]
    [InlineData("weights.bin ")]
    [InlineData(" weights.bin")]
    [InlineData(".../weights.bin")]
    [InlineData("*/_ORT_MEM_ADDR_/*")]
    [InlineData("file://weights.bin")]
    [InlineData("con|aux")]
    public void A_place_that_is_no_plain_path_below_the_folder_is_refused(string location)
    {
        Place(_home["outside.bin"]);
        Place(Path.Combine(_folder, "weights.bin"));

        Refused(Load(Model("a", location, 0)));
        // An upload is judged without the runtime and without a folder.
        Assert.Equal("external_data", Model("a", location, 0).ExternalFiles().Error!.Field);
    }

    [Fact]
    public void Links_hard_links_pipes_and_folders_are_refused()
    {
        Place(_home["outside.bin"]);
        Directory.CreateDirectory(_home["elsewhere"]);
        Place(_home["elsewhere/weights.bin"]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), "../outside.bin");
        Place(Path.Combine(_folder, "plain.bin"));
        File.CreateSymbolicLink(Path.Combine(_folder, "inner.bin"), "plain.bin");
        File.CreateSymbolicLink(Path.Combine(_folder, "dangling.bin"), "nowhere");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "parent"), "../elsewhere");
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));

        Refused(Load(Model("a", "link.bin", 0)), "is a link");
        Refused(Load(Model("a", "inner.bin", 0)), "is a link");
        Refused(Load(Model("a", "dangling.bin", 0)), "is a link");
        Refused(Load(Model("a", "parent/weights.bin", 0)), "leads through a link");
        Refused(Load(Model("a", "plain.bin/weights.bin", 0)), "leads through a link or a file");
        Refused(Load(Model("a", "folder", 0)), "is no ordinary file");
        Refused(Load(Model("a", "nowhere.bin", 0)), "does not exist");
        if (!OperatingSystem.IsLinux()) return;
        Run("ln", _home["outside.bin"], Path.Combine(_folder, "hard.bin"));
        Run("mkfifo", Path.Combine(_folder, "pipe.bin"));
        Refused(Load(Model("a", "hard.bin", 0)), "has 2 names");
        Refused(Load(Model("a", "pipe.bin", 0)), "is no ordinary file");
        Refused(Load(Model("a", "../../../../../../dev/zero", 0)));
    }

    [Fact]
    public void A_model_reached_through_a_link_may_have_weights_beside_the_file_it_was_asked_for()
    {
        Place(Path.Combine(_folder, "weights.bin"));
        Directory.CreateSymbolicLink(_home["other"], _folder);
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), Model("a", "weights.bin", 0).ToBytes());

        using var session = OnnxHouse.Runtime.Load(_home["other/model.onnx"]).Value;

        Assert.Single(session.Inputs);
    }

    [Theory]
    [InlineData(12, null, "has 16 bytes and would have to have 8 from 12 on")]
    [InlineData(17, null, "has 16 bytes")]
    [InlineData(long.MaxValue, null, "has 16 bytes")]
    [InlineData(0, 16L, "is said to hold 16 bytes of them where Float32[2] takes 8")]
    [InlineData(0, 0L, "is said to hold 0 bytes")]
    [InlineData(0, long.MaxValue, "is said to hold")]
    public void Offsets_and_lengths_that_lie_are_refused(long offset, long? length, string words)
    {
        Place(Path.Combine(_folder, "weights.bin"));

        Refused(Load(Model("a", "weights.bin", offset, length)), words);
    }

    [Fact]
    public void An_empty_file_and_shapes_beyond_memory_are_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "empty.bin"), []);
        var huge = Model("a", "empty.bin", 0);
        huge.Graph.Weights[0].Shape.AddRange([long.MaxValue, long.MaxValue]);
        var texts = Model("a", "empty.bin", 0);
        texts.Graph.Weights[0].ElementType = OnnxElementType.String;

        Refused(Load(Model("a", "empty.bin", 0)), "has 0 bytes");
        Refused(Load(huge), "is no tensor of bytes");
        Refused(Load(texts), "is no tensor of bytes");
    }

    [Fact]
    public void A_model_from_memory_has_no_folder_to_look_in()
    {
        Refused(OnnxHouse.Runtime.Load(Model("a", "weights.bin", 0).ToBytes()), "given as bytes, without a folder");
    }

    [Fact]
    public void Places_where_the_runtime_would_look_by_itself_are_refused()
    {
        Place(Path.Combine(_folder, "weights.bin"));
        OnnxTensor External() => Model("a", "weights.bin", 0).Graph.Weights[0];
        var (attribute, branch, function, sparse, twice, list, nested) = (
            OnnxHouse.Twice(), OnnxHouse.Counting(), OnnxHouse.Twice(), OnnxHouse.Twice(), Model("a", "weights.bin", 0), OnnxHouse.Twice(),
            OnnxHouse.Counting());
        attribute.Graph.Nodes.Insert(0, OnnxNode.Of("Constant", [], ["a"], OnnxAttribute.Of("value", External())));
        branch.Graph.Nodes[0].Attributes[0].Graph!.Weights.Add(External());
        nested.Graph.Nodes[0].Attributes[0].Graph!.Nodes.Add(OnnxNode.Of("Constant", [], ["a"], OnnxAttribute.Of("value", External())));
        function.Functions.Add(new OnnxFunction { Name = "f", Domain = "d" });
        function.Functions[0].Nodes.Add(OnnxNode.Of("Constant", [], ["a"], OnnxAttribute.Of("value", External())));
        sparse.Graph.SparseWeights.Add(new OnnxSparseTensor { Shape = { 2 } });
        sparse.Graph.SparseWeights[0].Values.External = new OnnxExternalData("weights.bin");
        twice.Graph.Weights.Add(OnnxTensor.Of("a", [2], 1f, 2));
        var many = new OnnxAttribute { Name = "values", Kind = OnnxAttributeKind.Tensors };
        many.Tensors.Add(External());
        list.Graph.Nodes[0].Attributes.Add(many);

        foreach (var model in new[] { attribute, branch, nested, function, sparse, list })
            Refused(Load(model), "is named in an attribute, a branch, a function or a sparse tensor");
        Assert.Contains("two weights of the name 'a'", Load(twice).Error!.Message);
    }

    [Fact]
    public void A_graph_in_two_pieces_hides_nothing()
    {
        // Protocol buffers join a message that comes twice; a reader that took the last would not see the first one's weights.
        var hidden = Model("a", "../outside.bin", 0).ToBytes();
        Place(_home["outside.bin"]);
        byte[] joined = [.. hidden, 0x3A, 0x00];

        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), joined);

        Refused(OnnxHouse.Runtime.Load(Path.Combine(_folder, "model.onnx")));
    }

    private static OnnxModel Model(string name, string location, long offset, long? length = null)
    {
        var model = OnnxHouse.Model();
        var type = OnnxType.Tensor(OnnxElementType.Float32, 2);
        model.Graph.Inputs.Add(new OnnxPort("x", type));
        model.Graph.Outputs.Add(new OnnxPort("y", type));
        model.Graph.Weights.Add(new OnnxTensor
        {
            Name = name, ElementType = OnnxElementType.Float32, Shape = { 2 }, External = new OnnxExternalData(location, offset, length),
        });
        model.Graph.Add(OnnxNode.Of("Add", ["x", name], ["y"]));
        return model;
    }

    /// <summary>One model, or two whose weights are both added.</summary>
    private Result<OnnxSession> Load(OnnxModel model, OnnxModel? other = null)
    {
        if (other is not null)
        {
            model.Graph.Weights.AddRange(other.Graph.Weights);
            model.Graph.Nodes[0].Outputs[0] = "between";
            model.Graph.Add(OnnxNode.Of("Add", ["between", other.Graph.Weights[0].Name], ["y"]));
        }

        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, model.ToBytes());
        return OnnxHouse.Runtime.Load(path);
    }

    private static void Place(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Numbers);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static void Refused(Result<OnnxSession> result, string words = "The weights 'a' lie in")
    {
        Assert.True(result.IsFailure);
        Assert.Equal((ErrorCode.InvalidArgument, "external_data"), (result.Error.Code, result.Error.Field));
        Assert.Contains(words, result.Error.Message);
    }
}

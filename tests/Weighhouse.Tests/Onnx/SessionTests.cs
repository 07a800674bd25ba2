using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Onnx;

public class SessionTests
{
    private static readonly Dictionary<string, string> None = [];

    private static readonly byte[] Regression =
        new LayerStack("x", 2).Dense([1, 2, 3, 4], [0, 1]).Output("y", 2).Label("label").ToModel().ToBytes();

    [Fact]
    public void A_session_tells_its_signature_and_what_the_author_wrote()
    {
        var model = new LayerStack("x", 2).Dense([1, 2, 3, 4], [0, 1]).Output("y", 2).Label("word", "no", "yes").ToModel();
        (model.Producer, model.Domain, model.Description, model.ModelVersion) = ("tester", "example.org", "größer", 7);
        model.Graph.Name = "regression";
        model.Metadata.Add(KeyValuePair.Create("owner", "ann"));
        model.Metadata.Add(KeyValuePair.Create("classes", "[\"no\",\"yes\"]"));

        using var session = OnnxHouse.Load(model);

        Assert.Equal(["x Float32[batch,2]"], session.Inputs.Select(port => $"{port.Name} {port.Type}"));
        Assert.Equal(["y Float32[batch,2]", "word String[batch]"], session.Outputs.Select(port => $"{port.Name} {port.Type}"));
        var metadata = new OnnxMetadata("tester", "regression", "example.org", "größer", 7) { Facts = None };
        Assert.Equal(metadata, session.Metadata with { Facts = None });
        Assert.Equal(["classes=[\"no\",\"yes\"]", "owner=ann"], session.Metadata.Facts.Select(fact => $"{fact.Key}={fact.Value}").Order());
    }

    [Fact]
    public void A_model_is_loaded_from_a_file_like_from_memory()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "größe 模型.onnx");
        File.WriteAllBytes(path, Regression);

        using var session = OnnxHouse.Runtime.Load(path).Value;
        // The file is not needed any more.
        File.Delete(path);
        using var call = session.NewCall();
        Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 1), 1, 2).IsFailure);
        Assert.False(call.Run().IsFailure);

        Assert.Equal([4f, 7], call.Output(0).As<float>().ToArray());
    }

    [Fact]
    public void What_is_no_model_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        var empty = Path.Combine(folder.Path, "empty");
        File.WriteAllBytes(empty, []);

        Refused(OnnxHouse.Runtime.Load(Path.Combine(folder.Path, "none.onnx")), ErrorCode.NotFound, "There is no file");
        Refused(OnnxHouse.Runtime.Load(Path.Combine(folder.Path, "no", "folder.onnx")), ErrorCode.NotFound, "There is no file");
        Refused(OnnxHouse.Runtime.Load(folder.Path), ErrorCode.FailedPrecondition, "cannot be read");
        Refused(OnnxHouse.Runtime.Load(empty), ErrorCode.InvalidArgument, "no ONNX model");
        Refused(OnnxHouse.Runtime.Load("some text, not a model"u8.ToArray()), ErrorCode.InvalidArgument, "no ONNX model");
        Refused(OnnxHouse.Runtime.Load(Regression.AsMemory(0, Regression.Length - 5)), ErrorCode.InvalidArgument, "or damaged");
    }

    [Fact]
    public void A_model_the_runtime_does_not_know_is_refused_with_its_words_and_a_cure()
    {
        var unknown = OnnxHouse.Twice();
        unknown.Graph.Nodes[0].Operator = "Thrice";
        var tooNew = OnnxHouse.Twice();
        tooNew.OperatorSets[0] = new OnnxOperatorSet("", 999);
        var complex = OnnxHouse.Identity(OnnxElementType.Complex64);
        var untyped = OnnxHouse.Twice();
        untyped.Graph.Inputs[0] = new OnnxPort("x", OnnxType.Tensor(OnnxElementType.String, new OnnxDimension(null, "n")));
        var dangling = OnnxHouse.Twice();
        dangling.Graph.Nodes[0].Inputs[1] = "nowhere";

        foreach (var (model, words) in new[]
                 {
                     (unknown, "Thrice"), (tooNew, "999"), (complex, "refused the model"), (untyped, "string"), (dangling, "nowhere"),
                 })
        {
            var error = OnnxHouse.Runtime.Load(model.ToBytes()).Error;
            Assert.NotNull(error);
            Assert.Contains(error.Code, (ErrorCode[])[ErrorCode.InvalidArgument, ErrorCode.NotSupported]);
            Assert.Contains(words, error.Message);
            Assert.StartsWith("ONNX Runtime refused the model (", error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Inputs_are_held_against_the_signature_before_anything_runs()
    {
        using var session = OnnxHouse.Runtime.Load(Regression).Value;
        using var call = session.NewCall();
        using var integers = OnnxHouse.Runtime.Tensor<long>(OnnxElementType.Int64, [1, 2], 1, 2).Value;
        using var flat = OnnxHouse.Runtime.Tensor<float>(OnnxElementType.Float32, [2], 1, 2).Value;

        Refused(call.Run(), ErrorCode.InvalidArgument, "The input 'x' is missing; it is Float32[batch,2]");
        Refused(call.SetInput(0, new byte[12], 1, 3), ErrorCode.InvalidArgument, "'x' is Float32[batch,2], and the shape [1,3] was given");
        Refused(call.SetInput(0, new byte[8], 2), ErrorCode.InvalidArgument, "the shape [2] was given");
        Refused(call.SetInput(0, new byte[8], -1, 2), ErrorCode.InvalidArgument, "the shape [-1,2] was given");
        Refused(call.SetInput(0, new byte[9], 1, 2), ErrorCode.InvalidArgument, "'x' as Float32[1,2] takes 8 bytes, and 9 were given");
        Refused(call.SetInput(0, new byte[8], long.MaxValue, 2), ErrorCode.InvalidArgument, "takes more bytes than there are");
        Refused(call.SetInput(0, integers), ErrorCode.InvalidArgument, "'x' is Float32[batch,2], and Int64[1,2] was given");
        Refused(call.SetInput(0, flat), ErrorCode.InvalidArgument, "the shape [2] was given");
        Refused(
            session.Run(new Dictionary<string, OnnxValue> { ["z"] = integers }), ErrorCode.InvalidArgument,
            "The model has no input 'z'; it has x");
        Refused(session.Run(new Dictionary<string, OnnxValue>()), ErrorCode.InvalidArgument, "'x' is missing");
        Assert.Equal("x", call.SetInput(0, new byte[8], 2).Error!.Field);
    }

    [Fact]
    public void Values_that_cannot_be_are_refused()
    {
        var runtime = OnnxHouse.Runtime;

        Refused(runtime.Wrap(new byte[7], OnnxElementType.Float32, 2), ErrorCode.InvalidArgument, "takes 8 bytes, and 7 were given");
        Refused(runtime.Wrap(new byte[8], OnnxElementType.String, 1), ErrorCode.InvalidArgument, "tensors of strings from texts");
        Refused(runtime.Wrap(new byte[8], (OnnxElementType)99, 1), ErrorCode.InvalidArgument, "has no bytes to lie in");
        Refused(runtime.Allocate(OnnxElementType.Float32, -1), ErrorCode.InvalidArgument, "is not possible");
        Refused(runtime.Allocate(OnnxElementType.Float32, 1 << 30, 1 << 30), ErrorCode.InvalidArgument, "is not possible");
        Refused(runtime.Tensor<int>(OnnxElementType.Float32, [1], 1), ErrorCode.InvalidArgument, "cannot be made of Int32");
        Refused(runtime.Tensor<float>(OnnxElementType.Float32, [3], 1), ErrorCode.InvalidArgument, "1 elements of Single do not fill");
        Refused(runtime.Texts([2], "one"), ErrorCode.InvalidArgument, "1 strings do not fill");
        using var floats = runtime.Tensor<float>(OnnxElementType.Float32, [1], 1).Value;
        Refused(floats.Item(0), ErrorCode.InvalidArgument, "no item 0 in a Tensor");
        Assert.Throws<InvariantException>(() => floats.As<int>().Length);
    }

    [Fact]
    public void Options_that_would_open_files_or_make_no_sense_are_refused()
    {
        const string writesFile = "session.optimized_model_external_initializers_file_name";
        Refused(With(new() { Entries = new Dictionary<string, string> { [writesFile] = "x" } }),
            ErrorCode.InvalidArgument, "read or write files");
        Refused(With(new() { Entries = new Dictionary<string, string> { ["ep.context_enable"] = "1" } }),
            ErrorCode.InvalidArgument, "read or write files");
        Refused(With(new() { Entries = new Dictionary<string, string> { [new string('k', 5_000)] = "1" } }),
            ErrorCode.InvalidArgument, "ONNX Runtime");
        Refused(With(new() { OwnThreads = 0 }), ErrorCode.InvalidArgument, "0 threads of its own");
        Refused(With(new() { Dimensions = new Dictionary<string, long> { ["batch"] = 0 } }), ErrorCode.InvalidArgument, "size 0");
        Assert.NotNull(With(new() { Providers = [new OnnxProvider("NoSuchExecutionProvider")] }).Error);

        static Result<OnnxSession> With(OnnxSessionOptions options) => OnnxHouse.Runtime.Load(Regression, options);
    }

    [Fact]
    public void Every_option_leaves_the_numbers_as_they_are()
    {
        OnnxSessionOptions[] choices =
        [
            new() { Optimization = OnnxOptimization.None }, new() { Optimization = OnnxOptimization.Basic }, new() { OwnThreads = 2 },
            new() { ParallelBranches = true }, new() { ParallelBranches = true, OwnThreads = 2 }, new() { Arena = false },
            new() { RememberPlaces = false }, new() { RememberPlaces = true },
            new() { Providers = [new OnnxProvider("CPUExecutionProvider")] },
            new() { Dimensions = new Dictionary<string, long> { ["batch"] = 2 } },
            new() { Entries = new Dictionary<string, string> { ["session.set_denormal_as_zero"] = "1" } },
        ];
        foreach (var options in choices)
        {
            using var session = OnnxHouse.Runtime.Load(Regression, options).Value;
            using var call = session.NewCall();
            Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 1, 2, 0), 2, 2).IsFailure);
            Assert.False(call.Run().IsFailure);
            Assert.Equal([4f, 7, 2, 5], call.Output(0).As<float>().ToArray());
            Assert.Equal([1L, 1], call.Output(1).As<long>().ToArray());
        }

        using var fixedBatch = OnnxHouse.Runtime.Load(Regression, choices[^2]).Value;
        Assert.Equal("Float32[2,2]", fixedBatch.Inputs[0].Type.ToString());
        using var fixedCall = fixedBatch.NewCall();
        Refused(fixedCall.SetInput(0, new byte[8], 1, 2), ErrorCode.InvalidArgument, "the shape [1,2] was given");
    }

    [Fact]
    public void A_tensor_of_any_rank_is_told_from_one_without_dimensions()
    {
        var anyRank = OnnxHouse.Twice();
        anyRank.Graph.Inputs[0] = new OnnxPort("x", new OnnxType(OnnxKind.Tensor) { ElementType = OnnxElementType.Float32 });
        anyRank.Graph.Outputs[0] = new OnnxPort("y", new OnnxType(OnnxKind.Tensor) { ElementType = OnnxElementType.Float32 });
        using var session = OnnxHouse.Load(anyRank);
        using var call = session.NewCall();

        Assert.Equal("Float32[…]", session.Inputs[0].Type.ToString());
        foreach (var shape in new[] { Array.Empty<long>(), [1], [1, 1, 1] })
        {
            Assert.False(call.SetInput(0, OnnxHouse.Bytes(3f), shape).IsFailure);
            Assert.False(call.Run().IsFailure);
            Assert.Equal([6f], call.Output(0).As<float>().ToArray());
            Assert.Equal(shape, call.Output(0).Shape.ToArray());
        }

        using var counting = OnnxHouse.Load(OnnxHouse.Counting());
        Assert.Equal("Int64[]", counting.Inputs[0].Type.ToString());
    }

    [Fact]
    public void An_operator_that_refuses_its_inputs_is_an_error_and_the_next_run_is_fine()
    {
        var model = OnnxHouse.Identity(OnnxElementType.Float32);
        model.Graph.Nodes.Clear();
        model.Graph.Weights.Add(OnnxTensor.Of("three", [3], 1f, 2, 3));
        model.Graph.Add(OnnxNode.Of("Add", ["x", "three"], ["y"]));
        using var session = OnnxHouse.Load(model);
        using var call = session.NewCall();

        Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 1), 2).IsFailure);
        Refused(call.Run(), ErrorCode.FailedPrecondition, "ONNX Runtime did not run the model (");
        Assert.Throws<InvariantException>(() => call.Output(0).Bytes.Length);

        Assert.False(call.SetInput(0, OnnxHouse.Bytes(1f, 1, 1), 3).IsFailure);
        Assert.False(call.Run().IsFailure);
        Assert.Equal([2f, 3, 4], call.Output(0).As<float>().ToArray());
    }

    [Fact]
    public void The_runtime_is_one_and_says_what_it_is()
    {
        var runtime = OnnxHouse.Runtime;

        Assert.Same(runtime, OnnxHouse.Runtime);
        Refused(OnnxRuntime.Start(new OnnxOptions { ThreadsMax = 77 }), ErrorCode.FailedPrecondition, "already runs in this process");
        Assert.Contains("CPUExecutionProvider", runtime.Providers);
        Assert.True(File.Exists(runtime.LibraryPath));
        Assert.StartsWith($"ONNX Runtime {runtime.Version} (", OnnxRuntime.Describe().Value);
        Assert.NotEmpty(runtime.BuildInfo);
    }

    private static void Refused<T>(Result<T> result, ErrorCode code, string words)
    {
        Assert.True(result.IsFailure);
        Assert.Contains(words, result.Error.Message);
        Assert.Equal(code, result.Error.Code);
    }
}

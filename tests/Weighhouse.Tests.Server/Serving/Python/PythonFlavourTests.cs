using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving.Python;

/// <summary>Every kind of model that a worker loads, through the door that all protocols use.</summary>
[Collection(PythonModels.OneAtATime)]
public class PythonFlavourTests
{
    private const string Dump = "pickle.dump(model, open('model.pkl', 'wb'))";

    private const string MlModel =
        """
        pickle.dump(model, open("model.pkl", "wb"))
        open("MLmodel", "w").write('''artifact_path: model
        flavors:
          python_function:
            env:
              conda: conda.yaml
              virtualenv: python_env.yaml
            loader_module: mlflow.sklearn
            model_path: model.pkl
            predict_fn: predict
            python_version: 3.11.2
          sklearn:
            code: null
            pickled_model: model.pkl
            serialization_format: pickle
            sklearn_version: 1.2.1
        mlflow_version: 2.17.2
        model_size_bytes: 800
        signature:
          inputs: \'[{"type": "double", "name": "first", "required": true}, {"type": "double",
            "name": "second", "required": true}]\'
          outputs: \'[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]\'
          params: null
        ''')
        """;

    [Theory]
    [InlineData(Dump, "pickle")]
    [InlineData("import joblib; joblib.dump(model, 'model.joblib')", "joblib")]
    [InlineData("import joblib; joblib.dump(model, 'model.joblib', compress=3)", "joblib")]
    public async Task An_estimator_gives_its_classes_and_their_probabilities(string script, string flavour)
    {
        await PythonModels.NeedAsync();
        await using var house = await PythonHouse.StartAsync();
        await house.AddAsync("m", await PythonModels.MakeAsync(script));
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var version = Got(house.Served.Find(Principal.Local, new ServingTarget("d")));
        Assert.Equal(("python", flavour), (version.Runtime, version.Facts["flavour"]));
        Assert.Equal("1.2.1", version.Facts["sklearn"]);
        Assert.Equal(["input Float64 [-1,2]"], version.Shape.Inputs.Select(Show));
        Assert.Equal(["predictions Int64 [-1]", "probabilities Float64 [-1,2]"], version.Shape.Outputs.Select(Show));

        using var request = Got(await house.Predictor.BeginAsync(Principal.Local, new ServingTarget("d"), default));
        var rows = request.Rent(6 * sizeof(double));
        MemoryMarshal.AsBytes<double>([0, 0, 3, 1, 0, 1]).CopyTo(rows.Span);
        request.Set(0, ElementType.Float64, [3, 2], rows);
        using var reply = Got(await house.Predictor.PredictAsync(request, default));
        Assert.Equal([0, 1, 0], reply.Output(0).As<long>());
        Assert.Equal([3, 2], reply.Output(1).Shape);
        var probabilities = reply.Output(1).As<double>();
        Assert.Equal(1, probabilities[0] + probabilities[1], 9);
        Assert.InRange(probabilities[3], 0.5, 1);
    }

    [Fact]
    public async Task A_model_of_MLflow_takes_the_columns_of_its_signature()
    {
        await PythonModels.NeedAsync();
        await using var house = await PythonHouse.StartAsync();
        await house.AddAsync("m", await PythonModels.MakeAsync(MlModel));
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var version = Got(house.Served.Find(Principal.Local, new ServingTarget("d")));
        Assert.Equal(["first Float64 [-1]", "second Float64 [-1]"], version.Shape.Inputs.Select(Show));
        Assert.Equal(["predictions Int64 [-1]"], version.Shape.Outputs.Select(Show));
        using var request = Got(await house.Predictor.BeginAsync(Principal.Local, new ServingTarget("d"), default));
        Set(request, 0, 3, 0);
        Set(request, 1, 0, 0);
        using var reply = Got(await house.Predictor.PredictAsync(request, default));
        Assert.Equal([1, 0], reply.Output(0).As<long>());
    }

    [Fact]
    public async Task A_handler_of_TorchServes_kind_gets_bodies_and_gives_what_it_likes()
    {
        await PythonModels.NeedAsync();
        await using var house = await PythonHouse.StartAsync();
        await house.AddAsync("m", new()
        {
            ["handler.py"] = """
                import json

                class Handler:
                    def initialize(self, context):
                        self.manifest = context.manifest
                        self.word = open(context.system_properties["model_dir"] + "/word.txt").read()

                    def preprocess(self, data):
                        return [row["body"].decode() for row in data]

                    def inference(self, texts):
                        return [text + self.word for text in texts]

                    def postprocess(self, texts):
                        return [{"said": text} if text[0] == "a" else text for text in texts]
                """u8.ToArray(),
            ["word.txt"] = "!"u8.ToArray(),
        });
        await house.DeployAsync("d", new DeploymentRoute("m"));
        using var request = Got(await house.Predictor.BeginAsync(Principal.Local, new ServingTarget("d"), default));
        var bytes = request.Rent(3);
        "abc"u8.CopyTo(bytes.Span);
        request.SetTexts(0, [2], bytes, new TextSlice[] { new(0, 1), new(1, 2) });
        using var reply = Got(await house.Predictor.PredictAsync(request, default));
        var output = reply.Output(0);
        Assert.Equal("{\"said\": \"a!\"}", Encoding.UTF8.GetString(output.Text(0)));
        Assert.Equal("bc!", Encoding.UTF8.GetString(output.Text(1)));
    }

    [Fact]
    public async Task A_pickle_that_would_run_something_is_refused_before_Python_sees_it()
    {
        await PythonModels.NeedAsync();
        await using var house = await PythonHouse.StartAsync();
        await house.AddAsync("m", await PythonModels.MakeAsync(
            """
            class Evil:
                def __reduce__(self):
                    return (os.system, ("true",))
            pickle.dump(Evil(), open("model.pkl", "wb"))
            """));
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var status = Assert.Single(Got(house.Served.Versions(Principal.Local, "d")));
        Assert.Equal((VersionState.End, ErrorCode.FailedPrecondition), (status.State, status.Error?.Code));
        Assert.Contains("system", status.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("--python-verdict", status.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_needs_what_is_not_installed_says_what()
    {
        await PythonModels.NeedAsync();
        await using var house = await PythonHouse.StartAsync();
        await house.AddAsync("m", new() { ["handler.py"] = "import no_such_library\n"u8.ToArray() });
        await house.DeployAsync("d", new DeploymentRoute("m"));
        var status = Assert.Single(Got(house.Served.Versions(Principal.Local, "d")));
        Assert.Contains("no_such_library", status.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_model_refuses_is_the_requests_fault()
    {
        await PythonModels.NeedAsync();
        await using var house = await PythonHouse.StartAsync();
        await house.AddAsync("m", await PythonModels.MakeAsync(Dump));
        await house.DeployAsync("d", new DeploymentRoute("m"));
        using var request = Got(await house.Predictor.BeginAsync(Principal.Local, new ServingTarget("d"), default));
        var rows = request.Rent(2 * sizeof(double));
        MemoryMarshal.AsBytes<double>([double.NaN, 0]).CopyTo(rows.Span);
        request.Set(0, ElementType.Float64, [1, 2], rows);
        var refused = await house.Predictor.PredictAsync(request, default);
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Contains("NaN", refused.Error!.Message, StringComparison.Ordinal);
    }

    private static void Set(InferenceRequest request, int input, params double[] values)
    {
        var bytes = request.Rent(values.Length * sizeof(double));
        MemoryMarshal.AsBytes<double>(values).CopyTo(bytes.Span);
        request.Set(input, ElementType.Float64, [values.Length], bytes);
    }

    private static string Show(PortShape port) =>
        $"{port.Name} {port.Element} [{(port.Dimensions is null ? "any" : string.Join(',', port.Dimensions))}]";
}

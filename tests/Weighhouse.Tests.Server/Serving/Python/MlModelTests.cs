using Weighhouse.Serving.Runtimes.Python;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Serving.Python;

/// <summary>The worker reads MLmodel files without PyYAML too, and then as PyYAML does.</summary>
public class MlModelTests
{
    private const string Compare =
        """
        import json, sys, yaml
        sys.path.insert(0, sys.argv[1])
        from weighhouse_worker import mlmodel
        columns = [{"type": "double", "name": "a 'quoted' name of column %d" % i, "required": True} for i in range(12)]
        models = [
            {"artifact_path": "model", "flavors": {"python_function": {"env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                "loader_module": "mlflow.sklearn", "predict_fn": "predict", "code": None}, "sklearn": {"code": None,
                "pickled_model": "model.pkl", "serialization_format": "cloudpickle"}}, "model_size_bytes": 1234, "run_id": "0" * 32,
                "signature": {"inputs": json.dumps(columns), "outputs": None, "params": None},
                "utc_time_created": "2026-01-02 03:04:05.678"},
            {"flavors": {"onnx": {"data": "model.onnx", "providers": ["CUDAExecutionProvider", "CPUExecutionProvider"]}},
                "is_signature_from_type_hint": False, "prompts": None, "number": 1.5, "empty": ""},
        ]
        for model in models:
            for width in (40, 80, 1000):
                text = yaml.safe_dump(model, width=width)
                assert mlmodel.plain_yaml(text) == model, (text, mlmodel.plain_yaml(text))
        for text in ("a: |\n  b\n", "? a\n: b\n", "a:\n - b\n   c\n", "{a: b}\n"):
            try:
                mlmodel.plain_yaml(text)
            except ValueError:
                continue
            assert False, text
        print("same")
        """;

    private static readonly ExternalTool Python = ExternalTool.Find(PythonModels.Interpreter, "python3-sklearn");

    [Fact]
    public async Task What_MLflow_writes_is_read_as_PyYAML_reads_it_and_more_is_refused()
    {
        Assert.SkipWhen(Python.IsAbsent, Python.WhyAbsent);
        var asked = await Python.RunAsync(["-c", "import yaml"]);
        Assert.SkipWhen(asked.ExitCode != 0 && Environment.GetEnvironmentVariable("CI") != "true", "Debian's Python lacks PyYAML");
        using var folder = new TemporaryFolder();
        WorkerProgram.Place(folder["worker"]);
        var compared = await Python.RunAsync(["-B", "-c", Compare, folder["worker"]]);
        Assert.True(compared is { ExitCode: 0, Output: "same\n" }, compared.Errors);
    }
}

using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Serving.Python;

/// <summary>Models as files, made by Debian's Python with its scikit-learn.</summary>
internal static class PythonModels
{
    /// <summary>The tests that count and kill processes are alone with theirs.</summary>
    public const string OneAtATime = "Python workers";

    public const string Interpreter = "/usr/bin/python3";

    private static readonly ExternalTool Python = ExternalTool.Find(Interpreter, "python3-sklearn");
    private static readonly Lazy<Task<string?>> WhyAbsent = new(AskAsync);

    private const string Common =
        """
        import json, os, pickle, sys
        import numpy
        from sklearn.linear_model import LogisticRegression
        rows = numpy.array([[x, y] for x in (0.0, 1.0, 2.0, 3.0) for y in (0.0, 1.0)])
        model = LogisticRegression().fit(rows, (rows[:, 0] > 1.5).astype(int))

        """;

    /// <summary>Skips the test where Debian's scikit-learn is not.</summary>
    public static async Task NeedAsync() => Assert.SkipWhen(await WhyAbsent.Value is not null, await WhyAbsent.Value ?? "");

    /// <summary>The files that a script writes into its working folder; it has 'model', a classifier of two features, and 'rows'.</summary>
    public static async Task<Dictionary<string, byte[]>> MakeAsync(string script)
    {
        using var folder = new TemporaryFolder();
        var done = await Python.RunAsync(["-c", Common + script], folder: folder.Path);
        Assert.True(done.ExitCode == 0, done.Errors);
        return Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(folder.Path, path), File.ReadAllBytes);
    }

    /// <summary>A handler that does this with a tensor "x" of floats and gives a tensor "y".</summary>
    public static Dictionary<string, byte[]> Handler(string inference) => new()
    {
        ["handler.py"] = System.Text.Encoding.UTF8.GetBytes(
            $$"""
            import ctypes, os, signal, socket, sys, time
            import numpy

            class Handler:
                def initialize(self, context):
                    self.folder = context.system_properties["model_dir"]
                    self.calls = 0

                def preprocess(self, data):
                    return data["x"]

                def inference(self, x):
                    self.calls += 1
                    code = int(x[0]) if len(x) else 0
                    if code == 0:
                        return x
            {{Indent(inference)}}
                    return x

                def postprocess(self, y):
                    return {"y": y}
            """),
        ["signature.json"] = """
            {"inputs": [{"name": "x", "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}],
             "outputs": [{"name": "y", "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}]}
            """u8.ToArray(),
    };

    private static string Indent(string code) =>
        string.Join('\n', code.Split('\n').Select(line => "        " + line));

    private static async Task<string?> AskAsync()
    {
        if (Python.Path is null) return Python.WhyAbsent;
        var asked = await Python.RunAsync(["-c", "import sklearn, joblib, pandas"]);
        if (asked.ExitCode == 0) return null;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", asked.Errors);
        return "Debian's Python lacks scikit-learn (Debian's package python3-sklearn)";
    }
}

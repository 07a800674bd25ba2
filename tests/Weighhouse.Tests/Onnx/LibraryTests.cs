using Weighhouse.Kernel;
using Weighhouse.Onnx.Native;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Onnx;

public class LibraryTests
{
    [Theory]
    [InlineData("1.30.0", OrtApi.VersionMax)]
    [InlineData("1.24.1", 24)]
    [InlineData("1.15.0", 15)]
    [InlineData("1.19.0-dev", 19)]
    [InlineData("1.22", 22)]
    [InlineData("1.14.9", null)]
    [InlineData("2.0.0", null)]
    [InlineData("", null)]
    [InlineData("one.two", null)]
    [InlineData("1.-3.0", null)]
    public void The_newest_interface_that_both_know_is_asked_for(string version, int? granted) =>
        Assert.Equal(granted, OrtLibrary.Negotiate(version));

    [Fact]
    public void The_library_is_looked_for_beside_the_program_and_then_in_its_clone()
    {
        using var clone = new TemporaryFolder();
        File.WriteAllText(clone["Weighhouse.slnx"], "");
        var program = Directory.CreateDirectory(Path.Combine(clone.Path, "artifacts", "bin", "some")).FullName;
        using var elsewhere = new TemporaryFolder();

        var inClone = OrtLibrary.Candidates(program).ToList();

        Assert.Equal(["beside the executable", "fetched by the build"], inClone.Select(candidate => candidate.Source));
        Assert.Equal(program, Path.GetDirectoryName(inClone[0].Path));
        Assert.StartsWith(Path.Combine(clone.Path, "eng", "OnnxRuntime", "node_modules"), Path.GetFullPath(inClone[1].Path));
        // A folder above the program that is no clone of ours is not trusted.
        Directory.CreateDirectory(Path.Combine(elsewhere.Path, "node_modules", "onnxruntime-node"));
        Assert.Equal(["beside the executable"], OrtLibrary.Candidates(elsewhere.Path).Select(candidate => candidate.Source));
    }

    [Fact]
    public void What_is_no_library_or_another_one_is_refused_with_the_reason_and_the_cure()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.so"], "no library");

        foreach (var (path, why) in new[]
                 {
                     (folder["none.so"], "does not exist"), (folder["text.so"], "cannot be loaded here"),
                     ("libc.so.6", "is no ONNX Runtime"),
                 })
        {
            var error = OrtLibrary.Open(path, "named by WEIGH_ONNXRUNTIME").Error!;
            Assert.Equal(ErrorCode.Unavailable, error.Code);
            Assert.Contains($"({path}) {why}", error.Message);
            Assert.Contains("./build restore", error.Message);
            Assert.Contains("WEIGH_ONNXRUNTIME", error.Message);
        }
    }

    [Fact]
    public void Codes_of_the_runtime_become_errors_with_a_code_a_message_and_a_cure()
    {
        foreach (var code in Enum.GetValues<OrtCode>())
            foreach (var task in Enum.GetValues<OrtTask>())
            {
                var error = OrtErrors.Describe(code, "first line.\n\tsecond", task);
                Assert.Contains($"({code}): first line. second. ", error.Message);
                Assert.EndsWith(".", error.Message);
                Assert.NotEqual(ErrorCode.Internal, error.Code);
            }

        Assert.Equal(ErrorCode.LimitExceeded, OrtErrors.Describe(OrtCode.RuntimeException, "std::bad_alloc", OrtTask.Run).Code);
        Assert.Equal(
            ErrorCode.LimitExceeded,
            OrtErrors.Describe(OrtCode.Fail, "Available memory of 1 is smaller than requested bytes of 2", OrtTask.Run).Code);
        const string placed =
            "Load model failed:/src/onnxruntime/core/graph/model.cc:180 onnx::Model::Model(onnx::ModelProto&&, bool) Unsupported version";
        Assert.Contains("(Fail): Load model Unsupported version. ", OrtErrors.Describe(OrtCode.Fail, placed, OrtTask.Load).Message);
        Assert.InRange(OrtErrors.Describe(OrtCode.Fail, new string('x', 10_000), OrtTask.Run).Message.Length, 600, 900);
    }
}

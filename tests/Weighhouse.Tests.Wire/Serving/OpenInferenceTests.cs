using System.Net;
using System.Text;
using System.Text.Json;

namespace Weighhouse.Tests.Wire.Serving;

public sealed class OpenInferenceTests(ServingServer server) : IClassFixture<ServingServer>
{
    private const string Infer = "/v2/models/mixed/infer";
    private const string LengthHeader = "Inference-Header-Content-Length";
    private const string Numbers = """{"name":"F","shape":[1,2],"datatype":"FP32","data":[1.5,-2]}""";
    private const string Whole = """{"name":"I","shape":[2],"datatype":"INT32","data":[7,-8]}""";
    private const string Words = """{"name":"S","shape":[2],"datatype":"BYTES","data":["a\"\u00e9\n",""]}""";

    [Fact]
    public async Task Tensors_of_every_kind_come_back_as_they_went()
    {
        var answer = await server.PostAsync(Infer, $$"""{"id":"42","inputs":[{{Numbers}},{{Whole}},{{Words}}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            """{"id":"42","model_name":"mixed","model_version":"1","outputs":["""
            + """{"name":"F_out","datatype":"FP32","shape":[1,2],"data":[1.5,-2.0]},"""
            + """{"name":"I_out","datatype":"INT32","shape":[2],"data":[7,-8]},"""
            + """{"name":"S_out","datatype":"BYTES","shape":[2],"data":["a\"é\n",""]}]}""",
            answer.Body);
    }

    [Fact]
    public async Task Fields_may_come_in_any_order_and_data_nested_and_only_what_is_asked_for_is_answered()
    {
        const string Backwards = """{"data":[[1.5,-2],[3e0,0.25]],"datatype":"FP32","shape":[2,2],"name":"F"}""";
        var answer = await server.PostAsync(
            Infer,
            """{"outputs":[{"name":"I_out"},{"name":"F_out"}],"unknown":{"a":[{}]},"inputs":["""
            + $$"""{{Whole}},{{Words}},{{Backwards}}]}""");
        Assert.Equal(
            """{"model_name":"mixed","model_version":"1","outputs":["""
            + """{"name":"I_out","datatype":"INT32","shape":[2],"data":[7,-8]},"""
            + """{"name":"F_out","datatype":"FP32","shape":[2,2],"data":[1.5,-2.0,3.0,0.25]}]}""",
            answer.Body);
    }

    [Fact]
    public async Task Binary_data_goes_both_ways_after_the_document()
    {
        const string Document = """
            {"inputs":[{"name":"F","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}},
            {"name":"S","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}},
            {"name":"I","shape":[1],"datatype":"INT32","data":[5]}],
            "outputs":[{"name":"F_out"},{"name":"I_out","parameters":{"binary_data":false}},{"name":"S_out"}],
            "parameters":{"binary_data_output":true}}
            """;
        byte[] numbers = [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)];
        byte[] words = [3, 0, 0, 0, (byte)'a', (byte)'b', (byte)'c', 0, 0, 0, 0];
        using var response = await SendBinaryAsync(Document, [.. numbers, .. words]);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        var length = int.Parse(response.Headers.GetValues(LengthHeader).Single());
        using var document = JsonDocument.Parse(body.AsMemory(0, length));
        var outputs = document.RootElement.GetProperty("outputs");
        Assert.Equal(8, outputs[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal(5, outputs[1].GetProperty("data")[0].GetInt32());
        Assert.Equal([.. numbers, .. words], body[length..]);
        Assert.Equal(32, response.Headers.GetValues("X-Prediction-Id").Single().Length);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_packed_body_is_unpacked(string encoding)
    {
        var packed = new MemoryStream();
        await using (Stream packer = encoding is "gzip"
            ? new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)
            : new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            await packer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"inputs":[{{Numbers}},{{Whole}},{{Words}}]}"""));
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add(encoding);
        using var response = await server.Client.PostAsync(Infer, content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_raw_body_is_the_only_input()
    {
        using var content = new ByteArrayContent([.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(4f)]);
        content.Headers.Add(LengthHeader, "0");
        using var response = await server.Client.PostAsync("/v2/models/twice/versions/1/infer", content);
        Assert.Equal(
            """{"model_name":"twice","model_version":"1","outputs":[{"name":"y","datatype":"FP32","shape":[2,1],"data":[3.0,8.0]}]}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","data":[1]}""", "Shape does not match true shape of 'data' field")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","data":[[1],[2]]}""", "Shape does not match true shape of 'data' field")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","data":[[1,2],[3]]}""", "lists differ in length")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","data":[1,"2"]}""", "is not of the datatype FP32")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","data":[1,true]}""", "is not of the datatype FP32")]
    [InlineData(
        """{"name":"F","shape":[1,3],"datatype":"FP32","data":[1,2,3]}""",
        "unexpected shape for input 'F' for model 'mixed'. Expected [-1,2], got [1,3]")]
    [InlineData("""{"name":"F","shape":[2147483648,2],"datatype":"FP32","data":[1,2]}""", "more elements than fit a request")]
    [InlineData("""{"name":"F","shape":[-1,2],"datatype":"FP32","data":[1,2]}""", "dimensions are 0 or more")]
    [InlineData("""{"name":"F","shape":[1.5,2],"datatype":"FP32","data":[1,2]}""", "Unable to parse 'shape'")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP64","data":[1,2]}""", "data-type is 'FP64', but model 'mixed' expects 'FP32'")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP99","data":[1,2]}""", "'FP99' is no datatype")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32"}""", "neither data nor binary data")]
    [InlineData("""{"name":"F","datatype":"FP32","data":[1,2]}""", "input 'F' has none")]
    [InlineData("""{"shape":[1,2],"datatype":"FP32","data":[1,2]}""", "an input has no 'name'")]
    [InlineData("""{"name":"Z","shape":[1,2],"datatype":"FP32","data":[1,2]}""", "unexpected inference input 'Z' for model 'mixed'")]
    [InlineData("""{"name":"I","shape":[1],"datatype":"INT32","data":[1.5]}""", "is not of the datatype INT32")]
    [InlineData("""{"name":"I","shape":[1],"datatype":"INT32","data":[2147483648]}""", "does not fit INT32")]
    [InlineData("""{"name":"S","shape":[1],"datatype":"BYTES","data":["\ud800"]}""", "is not UTF-8")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}""", "0 bytes are left")]
    [InlineData(
        """{"name":"F","shape":[1,2],"datatype":"FP32","data":[1,2],"parameters":{"binary_data_size":0}}""",
        "must not specify 'data'")]
    [InlineData(
        """{"name":"F","shape":[1,2],"datatype":"FP32","parameters":{"shared_memory_region":"r"}}""",
        "shared memory is not supported")]
    [InlineData("""{"name":"F","shape":[1,2],"datatype":"FP32","data":[1,2""", "failed to parse the request JSON buffer")]
    public async Task What_does_not_suit_the_model_is_refused_in_the_words_of_the_protocol(string input, string words)
    {
        var answer = await server.PostAsync(Infer, $$"""{"inputs":[{{input}}]}""");
        Assert.Contains(words, JsonDocument.Parse(answer.Body).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        var isUnsupported = words.StartsWith("shared", StringComparison.Ordinal);
        Assert.Equal(isUnsupported ? HttpStatusCode.NotImplemented : HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task Inputs_that_are_missing_are_named()
    {
        var answer = await server.PostAsync(Infer, $$"""{"inputs":[{{Numbers}}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(
            "expected 3 inputs but got 1 inputs for model 'mixed'. Got input(s) ['F'], but missing required input(s) ['I', 'S'].",
            answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, new byte[] { 1, 0, 0, 0, 65, 0, 0, 0 }, "incomplete string length indicator")]
    [InlineData(8, new byte[] { 255, 255, 255, 255, 1, 1, 1, 1 }, "incomplete string data")]
    [InlineData(4, new byte[] { 0, 0, 0, 0 }, "unexpected number of string elements 1")]
    [InlineData(12, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "unexpected number of string elements 3")]
    [InlineData(8, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 9 }, "unexpected additional input data")]
    public async Task Lengths_that_lie_are_found_out(int size, byte[] binary, string words)
    {
        var document = $$$"""
            {"inputs":[{"name":"S","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":{{{size}}}}},{{{Numbers}}},{{{Whole}}}]}
            """;
        using var response = await SendBinaryAsync(document, binary);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v2/models/none/infer", 404, """{"error":"Request for unknown model: 'none' is not found"}""")]
    [InlineData("GET", "/v2/models/none", 404, """{"error":"Request for unknown model: 'none' is not found"}""")]
    [InlineData("GET", "/v2/models/mixed/versions/9", 404, """{"error":"Request for unknown model: 'mixed' version 9 is not found"}""")]
    [InlineData("GET", "/v2/models/mixed/versions/x", 400, null)]
    [InlineData("GET", "/v2/models/none/ready", 400, "")]
    [InlineData("GET", "/v2/models/mixed/versions/1/ready", 200, "")]
    [InlineData("GET", "/v2/health/live", 200, "")]
    [InlineData("GET", "/v2/health/ready", 200, "")]
    [InlineData("GET", "/v2/models/mixed/infer", 405, null)]
    [InlineData("GET", "/v2/nothing", 404, """{"error":"Not Found"}""")]
    [InlineData("GET", "/v2/systemsharedmemory/status", 200, "[]")]
    [InlineData("POST", "/v2/cudasharedmemory/region/r/register", 501, null)]
    [InlineData("POST", "/v2/repository/models/none/load", 400, null)]
    public async Task Addresses_answer_as_triton_does(string method, string path, int status, string? body)
    {
        var answer = await server.SendAsync(new HttpMethod(method), path, method is "POST" ? "{}" : null);
        Assert.Equal(status, (int)answer.Status);
        if (body is not null) Assert.Equal(body, answer.Body);
    }

    [Fact]
    public async Task Metadata_configuration_index_and_statistics_tell_of_a_model()
    {
        Assert.Equal(
            """{"name":"twice","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,1]}],"""
            + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,1]}]}",
            (await server.GetAsync("/v2/models/twice")).Body);
        Assert.Contains("""{"name":"S","data_type":"TYPE_STRING","dims":[-1]}""",
            (await server.GetAsync("/v2/models/mixed/config")).Body, StringComparison.Ordinal);
        Assert.Contains("""{"name":"twice","version":"1","state":"READY","reason":""}""",
            (await server.PostAsync("/v2/repository/index", """{"ready":true}""")).Body, StringComparison.Ordinal);
        var before = await CountAsync();
        await server.PostAsync("/v2/models/twice/infer", """{"inputs":[{"name":"x","shape":[3,1],"datatype":"FP32","data":[1,2,3]}]}""");
        Assert.Equal(before + 3, await CountAsync());
        Assert.Contains("\"name\":\"weighhouse\"", (await server.GetAsync("/v2")).Body, StringComparison.Ordinal);
    }

    private async Task<long> CountAsync()
    {
        using var document = JsonDocument.Parse((await server.GetAsync("/v2/models/twice/stats")).Body);
        return document.RootElement.GetProperty("model_stats")[0].GetProperty("inference_count").GetInt64();
    }

    private async Task<HttpResponseMessage> SendBinaryAsync(string document, byte[] binary)
    {
        var json = Encoding.UTF8.GetBytes(document);
        using var content = new ByteArrayContent([.. json, .. binary]);
        content.Headers.Add(LengthHeader, json.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return await server.Client.PostAsync(Infer, content);
    }
}

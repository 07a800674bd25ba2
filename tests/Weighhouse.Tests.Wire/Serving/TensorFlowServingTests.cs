using System.Net;
using System.Text.Json;

namespace Weighhouse.Tests.Wire.Serving;

public sealed class TensorFlowServingTests(ServingServer server) : IClassFixture<ServingServer>
{
    private const string Twice = "/v1/models/twice:predict";
    private const string Mixed = "/v1/models/mixed:predict";

    [Theory]
    [InlineData(Twice, """{"instances":[[1.0],[2.5]]}""", """{"predictions":[[2.0],[5.0]]}""")]
    [InlineData(Twice, """{"signature_name":"serving_default","instances":[{"x":[1]}]}""", """{"predictions":[[2.0]]}""")]
    [InlineData(Twice, """{"inputs":[[1],[2]]}""", """{"outputs":[[2.0],[4.0]]}""")]
    [InlineData(Twice, """{"inputs":{"x":[[1]]},"other":[{}]} trailing""", """{"outputs":[[2.0]]}""")]
    [InlineData(Twice, """{"instances":[[NaN],[Infinity],[-Infinity]]}""", """{"predictions":[[NaN],[Infinity],[-Infinity]]}""")]
    [InlineData("/V1/Models/twice/Versions/1:Predict", """{"instances":[[1e-3]]}""", """{"predictions":[[0.002]]}""")]
    [InlineData(
        Mixed,
        """{"instances":[{"F":[1,2],"I":3,"S":"a"},{"S":{"b64":"Yg=="},"I":-4,"F":[0.1,-2]}]}""",
        """{"predictions":[{"F_out":[1.0,2.0],"I_out":3,"S_out":"a"},{"F_out":[0.1,-2.0],"I_out":-4,"S_out":"b"}]}""")]
    [InlineData(
        Mixed,
        """{"inputs":{"F":[[1,2]],"I":[3,4,5],"S":["a"]}}""",
        """{"outputs":{"F_out":[[1.0,2.0]],"I_out":[3,4,5],"S_out":["a"]}}""")]
    public async Task Rows_and_columns_are_answered_as_they_came(string path, string body, string expected) =>
        Assert.Equal((HttpStatusCode.OK, expected), await server.PostAsync(path, body));

    [Theory]
    [InlineData(Twice, "{}", 400, "Missing 'inputs' or 'instances' key")]
    [InlineData(Twice, "[1]", 400, "Request expected to be a JSON object")]
    [InlineData(Twice, """{"instances":[[1]""", 400, "JSON Parse error: ")]
    [InlineData(Twice, """{"instances":[[1]],"inputs":[[1]]}""", 400, "Only one of the keys")]
    [InlineData(Twice, """{"instances":{"x":1}}""", 400, "Excepting 'instances' to be an list/array")]
    [InlineData(Twice, """{"instances":[[true]]}""", 400, "JSON Value: true is not of expected type: float")]
    [InlineData(Twice, """{"instances":[["1"]]}""", 400, "JSON Value: \"1\" is not of expected type: float")]
    [InlineData(Twice, """{"instances":[[1],[1,2]]}""", 400, "Encountered list at unexpected size")]
    [InlineData(Twice, """{"instances":[[1],2]}""", 400, "Encountered list at unexpected size")]
    [InlineData(Twice, """{"instances":[[1,2]]}""", 400, "where -1 is any size")]
    [InlineData(Twice, """{"instances":[{"x":[1]},{"z":[1]}]}""", 400, "element: 1 of 'instances' list. JSON object keys must be equal to: x")]
    [InlineData(Twice, """{"instances":[{"x":[1],"x":[1]}]}""", 400, "keys must be equal to: x")]
    [InlineData(Twice, """{"inputs":{"z":[[1]]}}""", 400, "Missing named input: x in 'inputs' object.")]
    [InlineData(Twice, """{"signature_name":"s","instances":[[1]]}""", 400, "Serving signature name: \"s\" not found in signature def")]
    [InlineData(Mixed, """{"instances":[1]}""", 400, "instances is a plain list, but expecting list of objects")]
    [InlineData(Mixed, """{"inputs":[1]}""", 400, "inputs is a plain value/list, but expecting an object")]
    [InlineData(Mixed, """{"instances":[{"F":[1,2],"I":1.5,"S":"a"}]}""", 400, "JSON Value: 1.5 is not of expected type: int32")]
    [InlineData(Mixed, """{"instances":[{"F":[1,2],"I":1,"S":{"b64":"*"}}]}""", 400, "Unable to base64 decode")]
    [InlineData(Mixed, """{"inputs":{"F":[[1,2]],"I":[1],"S":["a"],"F":[[1,2]]}}""", 400, "is given twice")]
    [InlineData("/v1/models/none:predict", "{}", 404, "Servable not found for request: Latest(none)")]
    [InlineData("/v1/models/twice/versions/9:predict", "{}", 404, "Servable not found for request: Specific(twice, 9)")]
    [InlineData("/v1/models/twice/labels/next:predict", "{}", 400, "Unrecognized servable version label: next")]
    [InlineData("/v1/models/twice:classify", "{}", 501, "No signature of this model can classify")]
    [InlineData("/v1/models/twice", "{}", 400, "Malformed request: POST /v1/models/twice")]
    public async Task Refusals_have_the_words_and_the_status_of_the_protocol(string path, string body, int status, string words)
    {
        var answer = await server.PostAsync(path, body);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(words, JsonDocument.Parse(answer.Body).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/models", 400, """{ "error": "Missing model name in request." }""")]
    [InlineData("/v1/models/none", 404, """{ "error": "Could not find any versions of model none" }""")]
    [InlineData("/v1/models/twice/versions/9", 404, """{ "error": "Could not find version 9 of model twice" }""")]
    [InlineData("/v1/models/twice:predict", 400, """{ "error": "Malformed request: GET /v1/models/twice:predict" }""")]
    [InlineData("/v1/models/twice/nothing", 404, "")]
    [InlineData("/v1/models/twice:explain", 404, "")]
    [InlineData(
        "/v1/models/twice",
        200,
        """{"model_version_status":[{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""")]
    public async Task Questions_are_answered_as_tensorflow_serving_does(string path, int status, string body) =>
        Assert.Equal(((HttpStatusCode)status, body), await server.GetAsync(path));

    [Fact]
    public async Task Metadata_has_the_signature_that_clients_look_for()
    {
        using var document = JsonDocument.Parse((await server.GetAsync("/v1/models/twice/versions/1/metadata")).Body);
        Assert.Equal("1", document.RootElement.GetProperty("model_spec").GetProperty("version").GetString());
        var signature = document.RootElement.GetProperty("metadata").GetProperty("signature_def").GetProperty("signature_def")
            .GetProperty("serving_default");
        Assert.Equal(
            """{"x":{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""},{"size":"1","name":""}],"unknown_rank":false},"""
            + "\"name\":\"x:0\"}}",
            signature.GetProperty("inputs").GetRawText());
        Assert.Equal("tensorflow/serving/predict", signature.GetProperty("method_name").GetString());
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Weighhouse.Tests.Wire.Serving;

/// <summary>MLflow's scoring protocol, and the plain address of servers written by hand.</summary>
public sealed class ScoringTests(ServingServer server, ITestOutputHelper output) : IClassFixture<ServingServer>
{
    private const string Twice = "/deployments/twice/invocations";
    private const string Mixed = "/deployments/mixed/invocations";
    private const string MixedRows =
        """{"predictions":[{"F_out":[1.0,2.0],"I_out":3,"S_out":"a"},{"F_out":[0.5,-2.0],"I_out":-4,"S_out":"b"}]}""";

    [Theory]
    [InlineData(Twice, """{"instances":[[1.0],[2.5]]}""", """{"predictions":[[2.0],[5.0]]}""")]
    [InlineData(Twice, """{"inputs":[[1],[2]]}""", """{"predictions":[[2.0],[4.0]]}""")]
    [InlineData(Twice, """{"inputs":{"x":[[1]]},"params":{"a":1}}""", """{"predictions":[[2.0]]}""")]
    [InlineData(Twice, """{"dataframe_split":{"columns":["x"],"data":[[1],[2]]}}""", """{"predictions":[[2.0],[4.0]]}""")]
    [InlineData(Twice, """{"dataframe_split":{"data":[[1],[2]],"index":[0,1]}}""", """{"predictions":[[2.0],[4.0]]}""")]
    [InlineData(Twice, """{"dataframe_split":{"data":[[1]],"columns":[0]}}""", """{"predictions":[[2.0]]}""")]
    [InlineData(Twice, """{"dataframe_records":[{"x":1},{"x":2}]}""", """{"predictions":[[2.0],[4.0]]}""")]
    [InlineData(Twice, """{"dataframe_records":[{"other":1},{"other":NaN}]}""", """{"predictions":[[2.0],[NaN]]}""")]
    [InlineData(Twice, """{"dataframe_records":[{"more":"?","x":1}]}""", """{"predictions":[[2.0]]}""")]
    [InlineData(Mixed, """{"dataframe_records":[{"F":[1,2],"I":3,"S":"a"},{"S":"b","I":-4,"F":[0.5,-2]}]}""", MixedRows)]
    [InlineData(
        Mixed, """{"dataframe_split":{"columns":["S","I","F"],"data":[["a",3,[1,2]],["b",-4,[0.5,-2]]]}}""", MixedRows)]
    [InlineData("/deployments/twice/predict", """{"X":[[1],[2]]}""", """{"y_pred":[[2.0],[4.0]]}""")]
    public async Task Every_form_is_answered_in_rows(string path, string body, string expected) =>
        Assert.Equal((HttpStatusCode.OK, expected), await server.PostAsync(path, body));

    [Theory]
    [InlineData("x\n1\n2\n", """{"predictions":[[2.0],[4.0]]}""")]
    [InlineData("\uFEFF\"x\"\r\n1e1\r\n", """{"predictions":[[20.0]]}""")]
    [InlineData("name,x\n\"a, \"\"b\"\"\",3", """{"predictions":[[6.0]]}""")]
    [InlineData("x\n\"\"\n", null)]
    [InlineData("x\n,\n", null)]
    [InlineData("x", null)]
    [InlineData("x\n\"1", null)]
    [InlineData("", null)]
    public async Task A_CSV_is_read_with_its_head(string csv, string? expected)
    {
        var (status, body) = await SendAsync(Encoding.UTF8.GetBytes(csv), "text/csv; charset=utf-8");
        if (expected is not null) Assert.Equal((HttpStatusCode.OK, expected), (status, body));
        else Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Theory]
    [InlineData(Twice, "{}", 400, "The body has 0 of 'dataframe_split'")]
    [InlineData(Twice, """{"instances":[[1]],"inputs":[[1]]}""", 400, "The body has 2 of")]
    [InlineData(Twice, "[[1]]", 400, "The body is a JSON object with")]
    [InlineData(Twice, """{"instances":[[1]""", 400, "The body is no JSON")]
    [InlineData(Twice, """{"dataframe_split":[1]}""", 400, "is an object with 'columns' and 'data'")]
    [InlineData(Twice, """{"dataframe_split":{"columns":["x"]}}""", 400, "has no 'data'")]
    [InlineData(Twice, """{"dataframe_split":{"columns":["x","x"],"data":[[1,2]]}}""", 400, "The column 'x' comes twice.")]
    [InlineData(Twice, """{"dataframe_split":{"columns":["x"],"data":[[1],[1,2]]}}""", 400, "Row 1 of 'data' does not have 1 values")]
    [InlineData(Twice, """{"dataframe_split":{"columns":["x"],"data":[]}}""", 400, "'data' is empty")]
    [InlineData(Twice, """{"dataframe_split":{"columns":["x"],"data":[["one"]]}}""", 400, "\"one\" is not of expected type: float")]
    [InlineData(Twice, """{"dataframe_records":[]}""", 400, "'dataframe_records' is empty")]
    [InlineData(Twice, """{"dataframe_records":[{"x":1},{"y":1}]}""", 400, "Row 1 of 'dataframe_records' has other columns")]
    [InlineData(Twice, """{"dataframe_records":[{"x":1},{"x":1,"y":2}]}""", 400, "has other columns")]
    [InlineData(Twice, """{"dataframe_records":[{"x":1},2]}""", 400, "Row 1 of 'dataframe_records' is no object")]
    [InlineData(Mixed, """{"dataframe_records":[{"F":[1,2],"I":3}]}""", 400, "The columns 'S' are missing; the model takes 'F', 'I', 'S'")]
    [InlineData("/deployments/none/invocations", """{"instances":[[1]]}""", 404, "There is no deployment 'none'")]
    [InlineData("/deployments/twice/predict", """{"x":[[1]]}""", 400, "The body has no 'X'")]
    public async Task Refusals_have_the_shape_of_the_protocol_and_say_what_to_send(string path, string body, int status, string words)
    {
        var answer = await server.PostAsync(path, body);
        Assert.Equal(status, (int)answer.Status);
        var error = JsonDocument.Parse(answer.Body).RootElement;
        Assert.False(string.IsNullOrEmpty(error.GetProperty("error_code").GetString()));
        Assert.Contains(words, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=latin-1")]
    [InlineData("application/json; version=2")]
    public async Task Other_content_types_are_415_in_plain_text(string type)
    {
        var (status, body) = await SendAsync("""{"instances":[[1]]}"""u8.ToArray(), type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("send application/json or text/csv", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_answers_an_empty_line_while_the_deployment_answers()
    {
        Assert.Equal((HttpStatusCode.OK, "\n"), await server.GetAsync("/deployments/twice/ping"));
        Assert.Equal((HttpStatusCode.OK, "\n"), await server.GetAsync("/deployments/twice/health"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/deployments/none/ping")).Status);
    }

    /// <summary>Bodies damaged in every way, and tables of any shape.</summary>
    [Fact]
    public async Task No_body_is_answered_500()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        string[] bodies =
        [
            """{"dataframe_split":{"columns":["x","é\n"],"data":[[1,"a"],[2.5e3,null]]}}""",
            """{"dataframe_records":[{"x":1,"y":[1,{"z":2}]},{"y":true,"x":NaN}]}""",
            """{"instances":[[1],[2]],"params":{}}""",
            "x,y\n1,\"a\"\"b\"\n2,\n",
        ];
        for (var i = 0; i < 1_500; i++)
        {
            var body = Encoding.UTF8.GetBytes(bodies[random.Next(bodies.Length)]).ToList();
            for (var change = random.Next(1, 6); change > 0 && body.Count > 0; change--)
            {
                var at = random.Next(body.Count);
                if (random.Next(3) == 0) body.RemoveRange(at, random.Next(1, Math.Min(12, body.Count - at) + 1));
                else if (random.Next(2) == 0) body[at] = (byte)random.Next(256);
                else body.InsertRange(at, body.GetRange(0, random.Next(at + 1)));
            }

            var (status, answer) = await SendAsync([.. body], i % 4 == 0 ? "text/csv" : "application/json");
            Assert.True((int)status < 500, $"{status} to {Encoding.UTF8.GetString([.. body])}: {answer}");
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await server.Client.PostAsync(Twice, content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

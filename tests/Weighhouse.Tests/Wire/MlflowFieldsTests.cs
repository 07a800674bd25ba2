using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;

namespace Weighhouse.Tests.Wire;

public sealed class MlflowFieldsTests
{
    private const string SeeDocs = " See the API docs for more information about request parameters.";

    [Theory]
    [InlineData("""{"run_id":"r"}""")]
    [InlineData("""{"runId":"r"}""")]
    [InlineData("""{"run_uuid":"r"}""")]
    [InlineData("""{"runUuid":"r","run_id":""}""")]
    [InlineData("""{"run_uuid":"r","run_id":null}""")]
    public void A_run_is_named_in_any_spelling(string body) => Assert.Equal(new RunId("r"), Fields.OfBody(body).Run());

    [Theory]
    [InlineData("5", 5)]
    [InlineData("\"5\"", 5)]
    [InlineData("\" -7 \"", -7)]
    [InlineData("5.0", 5)]
    [InlineData("1e3", 1000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("\"9223372036854775807\"", long.MaxValue)]
    public void Whole_numbers_come_as_numbers_and_as_texts(string json, long expected)
    {
        var fields = Fields.OfBody($$"""{"step":{{json}}}""");
        Assert.Equal(expected, fields.Long("step"));
        Assert.Null(fields.Problems.First);
    }

    [Theory]
    [InlineData("\"abc\"", "\"abc\"", "str")]
    [InlineData("5.5", "5.5", "float")]
    [InlineData("true", "true", "bool")]
    [InlineData("[1]", "[1]", "list")]
    [InlineData("{}", "{}", "dict")]
    [InlineData("\"\"", "\"\"", "str")]
    [InlineData("92233720368547758080", "92233720368547758080", "int")]
    public void A_wrong_whole_number_is_refused_in_MLflows_words(string json, string shown, string type)
    {
        var fields = Fields.OfBody($$"""{"step":{{json}}}""");
        Assert.Null(fields.Long("step"));
        Assert.Equal(
            $"Invalid value {shown} for parameter 'step' supplied:  Hint: Value was of type '{type}'.{SeeDocs}",
            fields.Problems.First?.Message);
    }

    [Theory]
    [InlineData("1.25", 1.25)]
    [InlineData("\"1.25\"", 1.25)]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("\"-inf\"", double.NegativeInfinity)]
    [InlineData("1e999", double.PositiveInfinity)]
    [InlineData("true", 1)]
    public void Doubles_come_in_the_spellings_of_Python_and_protobuf(string json, double expected)
    {
        var fields = Fields.OfBody($$"""{"value":{{json}}}""");
        Assert.Equal(expected, fields.RequiredDouble("value"));
        Assert.Null(fields.Problems.First);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":""}""")]
    public void An_absent_null_or_empty_text_is_missing(string body)
    {
        var fields = Fields.OfBody(body);
        fields.Required("name");
        Assert.Equal($"Missing value for required parameter 'name'.{SeeDocs}", fields.Problems.First?.Message);
    }

    [Fact]
    public void Only_the_first_problem_is_told_and_elements_are_named_by_place()
    {
        var fields = Fields.OfBody("""{"tags":[{"key":"a"},{"value":"b"},{"key":5}]}""");
        fields.Tags("tags");
        Assert.Equal($"Missing value for required parameter 'tags[1].key'.{SeeDocs}", fields.Problems.First?.Message);
    }

    [Fact]
    public void A_list_longer_than_the_limit_is_refused()
    {
        var fields = Fields.OfBody($$"""{"order_by":[{{string.Join(',', Enumerable.Repeat("\"a\"", 10_001))}}]}""");
        fields.Texts("order_by");
        Assert.Equal("'order_by' has more than 10000 elements. Split it across requests.", fields.Problems.First?.Message);
    }

    [Theory]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"\\ud800\"")]
    public void A_text_that_cannot_be_stored_is_refused(string json)
    {
        var fields = Fields.OfBody($$"""{"name":{{json}}}""");
        fields.Required("name");
        Assert.Equal(ErrorCode.InvalidArgument, fields.Problems.First?.Code);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused()
    {
        var fields = Fields.OfBody([.. "{\"name\":\""u8, 0xC0, 0xAF, .. "\"}"u8]);
        fields.Required("name");
        Assert.Equal(ErrorCode.InvalidArgument, fields.Problems.First?.Code);
    }

    [Theory]
    [InlineData("3", StageView.All)]
    [InlineData("\"ALL\"", StageView.All)]
    [InlineData("\"DELETED_ONLY\"", StageView.DeletedOnly)]
    [InlineData("\"2\"", StageView.DeletedOnly)]
    public void Enumerations_come_by_name_and_by_number(string json, StageView expected) =>
        Assert.Equal(expected, Fields.OfBody($$"""{"view_type":{{json}}}""").View("view_type"));

    [Fact]
    public void Experiment_ids_come_as_numbers_too_and_those_that_are_none_match_nothing()
    {
        var fields = Fields.OfBody("""{"experiment_ids":[1,"2","x"]}""");
        Assert.Equal([new ExperimentId(1), new ExperimentId(2)], fields.Experiments("experiment_ids"));
    }

    [Fact]
    public void A_query_gives_lists_by_repetition()
    {
        var fields = Fields.OfQuery("?order_by=a&order_by=b%20DESC&max_results=5");
        Assert.Equal(["a", "b DESC"], fields.Texts("order_by"));
        Assert.Equal(new PageRequest(5), fields.Page(100, 1_000));
    }

    [Theory]
    [InlineData("0", "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer")]
    [InlineData("60000", "Invalid value 60000 for parameter 'max_results' supplied. It must be at most 50000")]
    public void A_page_size_out_of_range_is_refused(string size, string message)
    {
        var fields = Fields.OfBody($$"""{"max_results":{{size}}}""");
        fields.Page(1_000, 50_000);
        Assert.Equal(message, fields.Problems.First?.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    [InlineData("\uFEFF{}")]
    public void A_body_without_fields_is_one(string body)
    {
        using var document = RequestBody.Parse(Encoding.UTF8.GetBytes(body), 32).Value;
        Assert.Equal("{}", document.RootElement.GetRawText());
    }

    [Fact]
    public void A_body_encoded_twice_is_decoded_twice() =>
        Assert.Equal("x", Fields.OfBody("""
            "{\"name\": \"x\"}"
            """).Required("name"));

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("5")]
    [InlineData("\"[1]\"")]
    [InlineData("\"\\\"{}\\\"\"")]
    [InlineData("{\"a\":NaN")]
    [InlineData("{'a':1}")]
    public void A_body_that_is_no_object_is_refused(string body) =>
        Assert.Equal(ErrorCode.InvalidArgument, RequestBody.Parse(Encoding.UTF8.GetBytes(body), 32).Error?.Code);

    [Fact]
    public void Nesting_past_the_limit_is_refused()
    {
        var body = string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40);
        Assert.Equal(ErrorCode.InvalidArgument, RequestBody.Parse(Encoding.UTF8.GetBytes(body), 32).Error?.Code);
    }

    [Theory]
    [InlineData("""{"a":NaN,"b":[-Infinity,Infinity]}""", """{"a":"NaN","b":["-Infinity","Infinity"]}""")]
    [InlineData("""{"NaN":"a\"NaN","b":NaN}""", """{"NaN":"a\"NaN","b":"NaN"}""")]
    public void Bare_words_are_quoted_outside_of_texts_only(string body, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(BareNumbers.Quote(Encoding.UTF8.GetBytes(body))!));

    [Theory]
    [InlineData("""{"NaN":"Infinity"}""")]
    [InlineData("""{"a":1}""")]
    [InlineData("\"NaN")]
    public void A_body_without_bare_words_is_left_alone(string body) => Assert.Null(BareNumbers.Quote(Encoding.UTF8.GetBytes(body)));
}

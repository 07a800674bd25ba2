using System.Text;
using Microsoft.AspNetCore.Http;
using Weighhouse.Wire.Mlflow.Binding;

namespace Weighhouse.Tests.Wire;

/// <summary>Fields of requests that no server received.</summary>
internal static class Fields
{
    public static MlflowFields OfBody(string json) => OfBody(Encoding.UTF8.GetBytes(json));

    public static MlflowFields OfBody(byte[] json) =>
        new(new DefaultHttpContext(), RequestBody.Parse(json, 32).Value.RootElement, 10_000);

    public static MlflowFields OfQuery(string query)
    {
        var http = new DefaultHttpContext { Request = { QueryString = new QueryString(query) } };
        return new MlflowFields(http, http.Request.Query, 10_000);
    }
}

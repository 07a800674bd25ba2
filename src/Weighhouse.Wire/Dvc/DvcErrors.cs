using System.Text;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Dvc;

/// <summary>DVC looks at the status alone; the words are for whoever asks with another client.</summary>
internal static class DvcErrors
{
    public static Task WriteAsync(HttpContext http, Error error)
    {
        Challenge.Add(http, error);
        var text = Encoding.UTF8.GetBytes(error.Message);
        var response = http.Response;
        response.StatusCode = ApiProblem.StatusOf(error.Code);
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = text.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(text, http.RequestAborted).AsTask();
    }
}

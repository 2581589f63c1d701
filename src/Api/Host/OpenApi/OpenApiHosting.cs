using System.Globalization;
using Microsoft.OpenApi;
using Platform.Activities;
using Swashbuckle.AspNetCore.Swagger;

namespace Platform.Api.Host.OpenApi;

/// <summary>The document of the API and its page.</summary>
public static class OpenApiHosting
{
    public const string Document = "v1";

    public static void AddPlatformOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Platform",
                Version = Document,
                Description = "Money is a decimal string with its currency. Errors are problems (RFC 9457) with a stable code. " +
                    "Lists are paged by cursor. POST takes an Idempotency-Key, which is required where money moves.",
            });
            options.AddSecurityDefinition("bearer", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The access token of /api/v1/auth/login.",
            });
            options.MapType<Currency>(() => new OpenApiSchema { Type = JsonSchemaType.String });
            options.SchemaFilter<AmountSchemas>();
            options.MapType<Quantity>(() => new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Description = "At most 6 digits after the point. A request may have it as a decimal string too.",
            });
            options.MapType<OperationId>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
            options.SupportNonNullableReferenceTypes();
            options.UseAllOfToExtendReferenceSchemas(); // Else a reference could not say that it may be null.
            options.NonNullableReferenceTypesAsRequired();
            options.OperationFilter<OperationDescriber>();
            options.SchemaFilter<OpenAnswers>();
            options.SchemaFilter<OrdinalRequired>();
        });
    }

    // In a branch of their own, so that other requests do not pass through them.
    public static void UsePlatformOpenApi(this WebApplication app) => app.UseWhen(
        static http => http.Request.Path.StartsWithSegments("/api/docs", StringComparison.Ordinal),
        docs =>
        {
            docs.UseSwagger(options => options.RouteTemplate = "api/docs/{documentName}/openapi.json");
            docs.UseSwaggerUI(options =>
            {
                options.RoutePrefix = "api/docs";
                options.DocumentTitle = "Platform API";
                options.SwaggerEndpoint($"/api/docs/{Document}/openapi.json", "Platform v1");
            });
        });

    /// <summary>The document as text, the same for the same build.</summary>
    public static async Task<string> WriteDocumentAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = scope.ServiceProvider.GetRequiredService<ISwaggerProvider>().GetSwagger(Document);
        await using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        document.SerializeAsV3(new OpenApiJsonWriter(text));
        return text.ToString().ReplaceLineEndings("\n") + "\n";
    }
}

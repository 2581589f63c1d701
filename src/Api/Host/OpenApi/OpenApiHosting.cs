using System.Globalization;
using System.Text.Json.Nodes;
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
            options.MapType<Money>(() => Amount("A decimal with at most the currency's digits.", "12.50"));
            options.MapType<UnitPrice>(() => Amount("A decimal with at most 12 digits after the point.", "0.005"));
            options.MapType<Quantity>(() => new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Description = "At most 6 digits after the point. A request may have it as a decimal string too.",
            });
            options.MapType<OperationId>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.OperationFilter<OperationDescriber>();
            options.SchemaFilter<OpenAnswers>();
            options.SchemaFilter<OrdinalRequired>();
        });
    }

    private static OpenApiSchema Amount(string description, string example) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "amount", "currency" },
        AdditionalPropertiesAllowed = false,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["amount"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] },
            ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "ISO 4217.", Examples = [JsonValue.Create("USD")] },
        },
    };

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

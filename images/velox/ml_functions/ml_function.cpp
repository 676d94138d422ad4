#include "ml_function.h"

#include <stdexcept>
#include <utility>

#include "compute_threads.h"

namespace plumbline {
namespace {

namespace velox = facebook::velox;

// What one thread passes over in about the time that it takes to wake another.
constexpr int64_t kSmallElements = 1 << 16;

const char* velox_type(ResultType type) {
  switch (type) {
    case ResultType::kTensor: return "array(real)";
    case ResultType::kReal: return "double";
    case ResultType::kInteger: return "bigint";
  }
  throw std::logic_error("unknown result type");
}

class VectorFunctionOf : public velox::exec::VectorFunction {
 public:
  explicit VectorFunctionOf(MlFunction function) : function_(std::move(function)) {}

  void apply(
      const velox::SelectivityVector& rows, std::vector<velox::VectorPtr>& arguments,
      const velox::TypePtr&, velox::exec::EvalCtx& context,
      velox::VectorPtr& result) const override {
    try {
      context.moveOrCopyResult(evaluate(rows, arguments), rows, result);
    } catch (const std::exception& error) {
      throw std::runtime_error(function_.name + ": " + error.what());
    }
  }

 private:
  velox::VectorPtr evaluate(
      const velox::SelectivityVector& rows, const std::vector<velox::VectorPtr>& arguments) const {
    std::vector<std::unique_ptr<InputColumn>> columns;
    for (const velox::VectorPtr& argument : arguments)
      columns.push_back(std::make_unique<InputColumn>(argument));
    OutputColumn output(function_.result, rows.size());
    const auto compute_rows = [&] {
      for (int32_t row = 0; row < rows.end(); ++row)
        if (rows.isValid(row)) compute_row(columns, output, row);
    };
    if (is_small(columns))
      compute_here(compute_rows);
    else
      compute(compute_rows);
    return output.move_to_velox();
  }

  // Whether waking the pool would take longer than the work.
  bool is_small(const std::vector<std::unique_ptr<InputColumn>>& columns) const {
    if (function_.work != Work::kPerElement) return false;
    int64_t elements = 0;
    for (const auto& column : columns) elements += column->count_elements();
    return elements <= kSmallElements;
  }

  void compute_row(
      const std::vector<std::unique_ptr<InputColumn>>& columns, OutputColumn& output,
      int32_t row) const {
    const Arguments arguments(function_.parameters, columns, row);
    Result result(output, row);
    try {
      function_.compute(arguments, result);
    } catch (const std::invalid_argument&) {
      throw;  // tells which argument, and why
    } catch (const std::exception& error) {
      throw std::runtime_error(std::string(error.what()) + "; called with " + arguments.to_text());
    }
  }

  MlFunction function_;
};

void register_in_velox(const MlFunction& function) {
  namespace exec = velox::exec;
  std::vector<exec::TypeSignature> types;
  for (const Parameter& parameter : function.parameters)
    types.push_back(exec::parseTypeSignature(parameter.type));
  const std::vector<bool> constant(types.size(), false);
  auto signature = std::make_shared<exec::FunctionSignature>(
      std::unordered_map<std::string, exec::SignatureVariable>{},
      exec::parseTypeSignature(velox_type(function.result)), std::move(types), constant,
      function.repeats_last);
  exec::VectorFunctionMetadata metadata;
  metadata.deterministic = !function.writes;
  exec::registerVectorFunction(
      function.name, {std::move(signature)}, std::make_unique<VectorFunctionOf>(function),
      std::move(metadata), true);
}

}  // namespace

const Family* Family::first_ = nullptr;

void Family::register_all_in_velox() {
  for (const Family* family = first_; family != nullptr; family = family->next_)
    for (const MlFunction& function : family->functions_()) register_in_velox(function);
}

}  // namespace plumbline

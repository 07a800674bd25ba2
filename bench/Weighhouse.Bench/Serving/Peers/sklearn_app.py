"""The server that most teams begin with: Flask over scikit-learn. FEATURES and CLASSES name the size, MODEL the kind."""
import os

import numpy as np
from flask import Flask, jsonify, request
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

features, classes = int(os.environ["FEATURES"]), int(os.environ["CLASSES"])
random = np.random.default_rng(1)
rows = random.random((classes * 20, features), dtype=np.float32)
labels = np.arange(classes * 20) % classes
if os.environ["MODEL"] == "regression":
    model = LogisticRegression(max_iter=20).fit(rows, labels)
else:
    model = MLPClassifier(hidden_layer_sizes=(256, 128), max_iter=2).fit(rows, labels)

app = Flask(__name__)


@app.get("/")
def health():
    return "ok"


@app.post("/predict")
def predict():
    x = np.asarray(request.get_json(force=True)["X"], dtype=np.float32)
    return jsonify(y_pred=model.predict_proba(x).tolist())


if __name__ == "__main__":
    import logging

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.run(port=int(os.environ["PORT"]), threaded=True)
